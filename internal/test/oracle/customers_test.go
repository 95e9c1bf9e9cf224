package oracle

import "testing"

func TestDecode(t *testing.T) {
	tests := []struct{ encoding, in, want string }{
		{"SQL_ASCII", "Jos\xe9", "José"},
		{"SQL_ASCII", "José", "José"},
		{"SQL_ASCII", "\x80 5", "€ 5"},
		{"SQL_ASCII", "\x93Bud\x94", "“Bud”"},
		{"LATIN1", "José \u0080", "José €"},
		{"LATIN1", "\u0085", "…"},
		{"LATIN1", "\u0081", "\ufffd"}, // one of the five bytes that Windows-1252 leaves undefined
		{"UTF8", "\u0080", "\u0080"},
	}
	for _, test := range tests {
		equal(t, test.encoding+" "+test.want, decoderFor(test.encoding)(test.in), test.want)
	}
}

func TestClean(t *testing.T) {
	equal(t, "spaces at both ends", clean(some("\u00a0 Ann Lee\t\n")), some("Ann Lee"))
	equal(t, "white space only", clean(some(" \t")), Text{})
	equal(t, "NULL", clean(Text{}), Text{})
}

func TestCustomerRow(t *testing.T) {
	row := SourceCustomer{
		CustomerID: some("C1  "), FirstName: some(" Ann "), LastName: some(""), Email: some(" Ann@Example.COM"),
		Cell: some(" "), Phone: some("(206) 555-0100 "),
	}
	equal(t, "row", customerRow(row, "US"), Customer{
		CustomerID: "C1", FirstName: some("Ann"), Email: some("ann@example.com"), Phone: some("(206) 555-0100"),
		PhoneE164: some("+12065550100"), LocationID: 1, Active: true,
	})
	row.Cell, row.Deleted, row.Location = some("12"), some("1"), some("7")
	got := customerRow(row, "US")
	equal(t, "the cell is no number", got.Phone, some("(206) 555-0100"))
	row.Phone = some("none")
	equal(t, "neither is a number", customerRow(row, "US").Phone, some("12"))
	equal(t, "no valid number", customerRow(row, "US").PhoneE164, Text{})
	row.Cell, row.Phone = some("000-000-0000"), some("555-0100")
	equal(t, "one digit over and over", customerRow(row, "US").Phone, some("555-0100"))
	equal(t, "deleted", got.Active, false)
	equal(t, "location", got.LocationID, int64(7))
}

func TestE164(t *testing.T) {
	tests := []struct {
		phone, region string
		want          Text
	}{
		{"206-555-0100", "US", some("+12065550100")},
		{"+44 20 7946 0958", "US", some("+442079460958")},
		{"020 7946 0958", "GB", some("+442079460958")},
		{"555-0100", "US", Text{}},
		{"n/a", "US", Text{}},
	}
	for _, test := range tests {
		equal(t, test.phone, e164(some(test.phone), test.region), test.want)
	}
}

func TestCustomersOfSeveralRows(t *testing.T) {
	elsewhere := customer("C9", "Far")
	elsewhere.Location = some("2")
	src := &Source{Customers: []SourceCustomer{
		customer(" C1", "Space"), customer("C1", "Exact"), customer("C2 ", "After"), customer(" C2", "Before"),
		customer("  ", "Blank"), {FirstName: some("Null")}, elsewhere,
	}}
	settings := plain()
	settings.Locations = []int64{1}
	got := Expect(src, settings)
	equal(t, "customers", len(got.Customers), 2)
	equal(t, "exact id counts", got.Customers["C1"].FirstName, some("Exact"))
	equal(t, "else the first by bytes", got.Customers["C2"].FirstName, some("Before"))
	equal(t, "rejects", got.Rejects, map[RejectKey]string{
		{"customers", ""}: "no_id", {"customers", "C1"}: "duplicate_id", {"customers", "C2"}: "duplicate_id",
	})
}
