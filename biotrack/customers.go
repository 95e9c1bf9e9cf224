package biotrack

import (
	"unicode"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Customer is a customer as the till keeps it. Text is trimmed and valid UTF-8, nil where there is none, and valid only
// until the next row is read.
type Customer struct {
	ID       []byte
	Contact  model.Contact
	Location int64
	Deleted  bool
	// MemberSince and Created are since when the customer is one, as far as the till says.
	MemberSince, Created Epoch
	// Duplicate says that this row's id is another row's with blanks around it, and PlainLocation where that one is.
	Duplicate     bool
	PlainLocation int64
}

// fields are the columns of customers. A column is added here and to Customer.
func (c *Customer) fields() []field {
	return append([]field{
		{Column{Name: "customerid", Use: UseKey}, key(&c.ID)},
		{Column{Name: "deleted", Use: UseWhole, Default: "0"}, flag(&c.Deleted)},
		{Column{"location", UseWhole, "1", "every customer is of location 1"}, integer(&c.Location)},
		{Column{Name: "membersince", Without: "customers are ones since createdate"}, epoch(&c.MemberSince)},
		{Column{Name: "createdate", Without: "customers without a membersince are ones since their first order"},
			epoch(&c.Created)},
	}, contactFields(&c.Contact)...)
}

// contactFields are the columns of a customer's contact. The phone is the cell if that is a number, else the phone if
// that is one, else whatever text is there.
func contactFields(c *model.Contact) []field {
	return []field{
		{Column{Name: "firstname"}, text(&c.FirstName)},
		{Column{Name: "lastname"}, text(&c.LastName)},
		{Column{Name: "email"}, lower(&c.Email)},
		{Column{Name: "cell", Without: "the phone is the column phone alone"}, text(&c.Phone)},
		{Column{Name: "phone"}, func(raw []byte, e encoding) error {
			if phone := e.text(raw); c.Phone == nil || !isPhone(c.Phone) && isPhone(phone) {
				c.Phone = phone
			}
			return nil
		}},
	}
}

// isPhone reports whether a text may be a phone number: seven digits or more that are not all the same. What a till is
// given instead, such as 000, n/a or none, is not.
func isPhone(text []byte) bool {
	var first rune
	digits, differ := 0, false
	for _, r := range string(text) {
		if unicode.IsDigit(r) {
			if digits == 0 {
				first = r
			}
			digits, differ = digits+1, differ || r != first
		}
	}
	return digits >= 7 && differ
}

// Customers prepares to read the customers. The error is a SchemaError where the database lacks what that takes.
func (s *Source) Customers() (*Table[Customer], error) {
	if err := s.layout.require(tablesOf(streamCustomers)...); err != nil {
		return nil, err
	}
	return &Table[Customer]{
		source: s,
		query:  s.layout.query(tableCustomers),
		rows:   "customers.sql", shadowed: "customers_shadowed.sql",
		fields: func(c *Customer) []field {
			return append(c.fields(), field{Column{Name: "location of the duplicate"},
				func(raw []byte, e encoding) error {
					if c.Duplicate = raw != nil; c.Duplicate {
						return integer(&c.PlainLocation)(raw, e)
					}
					return nil
				}})
		},
	}, nil
}
