package biotrack

import (
	_ "embed"
	"fmt"
	"strconv"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Customer is a customer as the till keeps it. Text is trimmed and valid UTF-8, nil where there is none, and valid only until the
// next row is read.
type Customer struct {
	ID       []byte
	Contact  model.Contact
	Location int64
	Deleted  bool
	// Duplicate says that this row's id is another row's with blanks around it, and PlainLocation where that one is.
	Duplicate     bool
	PlainLocation int64
}

//go:embed sql/customers_rows.sql
var customersRowsSQL string

//go:embed sql/customers_keys.sql
var customersKeysSQL string

//go:embed sql/customers_shadowed.sql
var customersShadowedSQL string

var customersSQL = tableSQL{
	rows: customersRowsSQL,
	pageRows: `SELECT * FROM {{.From "customers"}} p
		WHERE p.customerid >= $1 AND (p.customerid > $1 OR CAST($2 AS boolean))
		AND (CAST($4 AS bigint[]) IS NULL OR COALESCE({{.Col "customers" "p" "location" "1"}}, 1) = ANY ($4))
		ORDER BY p.customerid LIMIT CAST($3 AS bigint)`,
	byKeyRows: `SELECT * FROM {{.From "customers"}} p WHERE p.customerid = ANY ($1)`,
	changed:   `SELECT CAST(c.customerid AS text) FROM {{.From "customers"}} c WHERE age(c.xmin) <= age(CAST($1 AS xid)) LIMIT $2`,
	find: `SELECT CAST(c.customerid AS text) FROM {{.From "customers"}} c
		WHERE btrim(c.customerid, {{.Space}}) IN (SELECT unnest(CAST($1 AS text[])))`,
	keys:     customersKeysSQL,
	shadowed: customersShadowedSQL,
}

// Customers prepares to read the customers. The error is a SchemaError where the database lacks what that takes.
func (s *Source) Customers() (*Table[Customer], error) {
	if err := s.columns.require(customersTables()...); err != nil {
		return nil, err
	}
	statements, err := customersSQL.build(s.shape())
	if err != nil {
		return nil, err
	}
	return &Table[Customer]{source: s, name: tableCustomers, statements: statements, decode: s.decodeCustomer, columns: 9}, nil
}

func (s *Source) decodeCustomer(c [][]byte, r *Customer) (err error) {
	if r.Location, err = strconv.ParseInt(string(c[6]), 10, 64); err != nil {
		return fmt.Errorf("read location: %w", err)
	}
	r.ID = s.decode.key(c[0])
	r.Contact = s.decodeContact(c[1:6])
	r.Deleted = isSet(c[7])
	if r.Duplicate = c[8] != nil; r.Duplicate {
		if r.PlainLocation, err = strconv.ParseInt(string(c[8]), 10, 64); err != nil {
			return fmt.Errorf("read location: %w", err)
		}
	}
	return nil
}
