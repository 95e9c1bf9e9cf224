package oracle

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
)

// takenHere reports whether a row of this location is to be taken; no locations configured: all are. NULL is location
// 1.
func takenHere(location Text, locations []int64) bool {
	return len(locations) == 0 || slices.Contains(locations, integer(location, 1))
}

// customerRow is what the store must hold for a source row.
func customerRow(c SourceCustomer, region string) Customer {
	phone := choosePhone(clean(c.Cell), clean(c.Phone))
	email := clean(c.Email)
	email.String = strings.ToLower(email.String)
	return Customer{
		CustomerID: clean(c.CustomerID).String,
		FirstName:  clean(c.FirstName),
		LastName:   clean(c.LastName),
		Email:      email,
		Phone:      phone,
		PhoneE164:  e164(phone, region),
		LocationID: integer(c.Location, 1),
		Active:     !flag(c.Deleted, false),
	}
}

// choosePhone picks the cell, unless it is blank, or no number while the phone is one.
func choosePhone(cell, phone Text) Text {
	if !cell.Valid || !looksLikePhone(cell.String) && looksLikePhone(phone.String) {
		return phone
	}
	return cell
}

// looksLikePhone: at least seven digits, and not one digit over and over.
func looksLikePhone(s string) bool {
	digits := strings.Map(func(r rune) rune {
		if !unicode.IsDigit(r) {
			return -1
		}
		return r
	}, s)
	first, _ := utf8.DecodeRuneInString(digits)
	return utf8.RuneCountInString(digits) >= 7 && strings.Trim(digits, string(first)) != ""
}

// e164 is a phone number in international form, NULL where it is no valid one.
func e164(phone Text, region string) Text {
	if !phone.Valid {
		return Text{}
	}
	parsed, err := phonenumbers.Parse(phone.String, region)
	if err != nil || !phonenumbers.IsValidNumber(parsed) {
		return Text{}
	}
	return Text{String: phonenumbers.Format(parsed, phonenumbers.E164), Valid: true}
}

// currentCustomers groups source rows by trimmed id and picks the one that counts for each: the row that spells its
// id without white space, else the one whose raw id sorts first byte by byte. It returns also which ids are on several
// rows. Rows without an id are left out.
func currentCustomers(rows []SourceCustomer) (standing map[string]SourceCustomer, doubled map[string]bool) {
	standing, doubled = map[string]SourceCustomer{}, map[string]bool{}
	for _, row := range rows {
		id := clean(row.CustomerID)
		if !id.Valid {
			continue
		}
		other, known := standing[id.String]
		if known {
			doubled[id.String] = true
		}
		if !known || precedes(row.CustomerID.String, other.CustomerID.String) {
			standing[id.String] = row
		}
	}
	return standing, doubled
}

// precedes compares two raw spellings of one id.
func precedes(a, b string) bool {
	aExact, bExact := strings.TrimSpace(a) == a, strings.TrimSpace(b) == b
	if aExact != bExact {
		return aExact
	}
	return a < b
}

// expectCustomers fills in the customers and their rejects.
func expectCustomers(src *Source, settings Settings, out *Expected) {
	var here, elsewhere []SourceCustomer
	for _, row := range src.Customers {
		if !takenHere(row.Location, settings.Locations) {
			elsewhere = append(elsewhere, row)
			continue
		}
		here = append(here, row)
		if !clean(row.CustomerID).Valid {
			out.Rejects[RejectKey{StreamCustomers, ""}] = "no_id"
		}
	}
	standing, doubled := currentCustomers(here)
	for id, row := range standing {
		out.Customers[id] = memberRow(row, settings)
	}
	for id := range doubled {
		out.Rejects[RejectKey{StreamCustomers, id}] = "duplicate_id"
	}
	// Whoever an order names is a customer here, wherever registered.
	named := map[string]bool{}
	for _, order := range out.Orders {
		named[order.CustomerID.String] = true
	}
	guests, _ := currentCustomers(elsewhere)
	for id, row := range guests {
		if _, known := out.Customers[id]; !known && named[id] {
			out.Customers[id] = memberRow(row, settings)
		}
	}
}

// memberRow is customerRow with the time since when the customer is one: membersince, else createdate, as far as they
// are times that an order could have.
func memberRow(c SourceCustomer, settings Settings) Customer {
	row := customerRow(c, settings.Region)
	for _, text := range []Text{c.CreateDate, c.MemberSince} {
		if at, ok := orderTime(text, settings.Now); ok {
			row.MemberSince = &at
		}
	}
	return row
}
