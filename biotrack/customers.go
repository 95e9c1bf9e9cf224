package biotrack

import "github.com/blackbirdctl/blackbirdctl/internal/model"

// Customer is a customer as the till keeps it. Text is trimmed and valid UTF-8, nil where there is none, and valid only
// until the next row is read.
type Customer struct {
	ID       []byte
	Contact  model.Contact
	Location int64
	Deleted  bool
	// Duplicate says that this row's id is another row's with blanks around it, and PlainLocation where that one is.
	Duplicate     bool
	PlainLocation int64
}

// customerFields are the columns of customers. A column is added here and to Customer.
var customerFields = append([]field[Customer]{
	{Column{Name: "customerid", Use: UseKey}, func(r *Customer, c cell) error { return c.key(&r.ID) }},
	{Column{Name: "deleted", Use: UseWhole, Default: "0"}, func(r *Customer, c cell) error { return c.flag(&r.Deleted) }},
	{
		Column{Name: "location", Use: UseWhole, Default: "1", Without: "every customer is of location 1"},
		func(r *Customer, c cell) error { return c.integer(&r.Location) },
	},
}, contactFields(func(r *Customer) *model.Contact { return &r.Contact })...)

// contactFields are the columns of a customer's contact. The cell number is the better one.
func contactFields[R any](of func(*R) *model.Contact) []field[R] {
	return []field[R]{
		{Column{Name: "firstname"}, func(r *R, c cell) error { return c.text(&of(r).FirstName) }},
		{Column{Name: "lastname"}, func(r *R, c cell) error { return c.text(&of(r).LastName) }},
		{Column{Name: "email"}, func(r *R, c cell) error { return c.lower(&of(r).Email) }},
		{
			Column{Name: "cell", Without: "the phone is the column phone alone"},
			func(r *R, c cell) error { return c.text(&of(r).Phone) },
		},
		{Column{Name: "phone"}, func(r *R, c cell) error {
			if of(r).Phone != nil {
				return nil
			}
			return c.text(&of(r).Phone)
		}},
	}
}

// Customers prepares to read the customers. The error is a SchemaError where the database lacks what that takes.
func (s *Source) Customers() (*Table[Customer], error) {
	plainLocation := field[Customer]{Column{Name: "location of the duplicate"}, func(r *Customer, c cell) error {
		if r.Duplicate = c.raw != nil; r.Duplicate {
			return c.integer(&r.PlainLocation)
		}
		return nil
	}}
	return open(s, streamCustomers, tableSpec[Customer]{
		name: tableCustomers, key: "customerid", rowName: "customerid",
		rows: "customers.sql", shadowed: "customers_shadowed.sql",
		fields: customerFields, joined: []field[Customer]{plainLocation},
	})
}
