package loyalty

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// TestPersons: the same name, whatever its case, and the same phone, or where one has none the same e-mail.
func TestPersons(t *testing.T) {
	const same, others = true, false
	for _, tt := range []struct {
		what string
		a, b model.Namesake
		want bool
	}{
		{"a phone", model.Namesake{Phone: "+1"}, model.Namesake{Phone: "+1"}, same},
		{"two phones", model.Namesake{Phone: "+1"}, model.Namesake{Phone: "+2"}, others},
		{"two phones, one e-mail", model.Namesake{Phone: "+1", Email: "a@b"},
			model.Namesake{Phone: "+2", Email: "a@b"}, others},
		{"a phone, two e-mails", model.Namesake{Phone: "+1", Email: "a@b"},
			model.Namesake{Phone: "+1", Email: "c@d"}, same},
		{"an e-mail", model.Namesake{Email: "a@b"}, model.Namesake{Email: "a@b"}, same},
		{"an e-mail, one phone", model.Namesake{Email: "a@b", Phone: "+1"}, model.Namesake{Email: "a@b"}, same},
		{"an e-mail, the other's phone", model.Namesake{Email: "a@b"}, model.Namesake{Email: "a@b", Phone: "+1"}, same},
		{"two e-mails", model.Namesake{Email: "a@b"}, model.Namesake{Email: "c@d"}, others},
		{"a name alone", model.Namesake{}, model.Namesake{}, others},
		{"one phone alone", model.Namesake{Phone: "+1"}, model.Namesake{}, others},
		{"another first name", model.Namesake{Phone: "+1"}, model.Namesake{Phone: "+1", FirstName: "Eve"}, others},
		{"another last name", model.Namesake{Phone: "+1"}, model.Namesake{Phone: "+1", LastName: "Otter"}, others},
		{"another case", model.Namesake{Phone: "+1"},
			model.Namesake{Phone: "+1", FirstName: "ADA", LastName: "éclair"}, same},
		{"a name cut elsewhere", model.Namesake{Phone: "+1", FirstName: "Ann", LastName: "e"},
			model.Namesake{Phone: "+1", FirstName: "An", LastName: "ne"}, others},
	} {
		for i, c := range []*model.Namesake{&tt.a, &tt.b} {
			if c.CustomerID = fmt.Sprint("C", i); c.FirstName == "" {
				c.FirstName = "Ada"
			}
			if c.LastName == "" {
				c.LastName = "Éclair"
			}
		}
		p := NewPersons([]model.Namesake{tt.a, tt.b})
		if p.Several("C0") != tt.want || p.Several("C1") != tt.want || p.Several("C2") {
			t.Errorf("%s: %v and %v", tt.what, p.Several("C0"), p.Several("C1"))
		}
	}
}

// TestPersonsEnroll: of a person the first customer is enrolled, by time and then by id, unless another has points or
// is to be judged first.
func TestPersonsEnroll(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 5, n, 0, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		what string
		// held is what the ledger holds for the customers C0, C1 and so on, of one person; -1 for no line.
		held []int64
		all  []model.EnrollmentCandidate
		want map[string]int64
	}{
		{"all new", []int64{-1, -1, -1}, []model.EnrollmentCandidate{{CustomerID: "C0", Since: day(2)},
			{CustomerID: "C1", Since: day(1)}, {CustomerID: "C2", Since: day(3)}}, map[string]int64{"C1": 50}},
		{"at one moment", []int64{-1, -1}, []model.EnrollmentCandidate{{CustomerID: "C1", Since: day(1)},
			{CustomerID: "C0", Since: day(1)}}, map[string]int64{"C0": 50}},
		{"one has it", []int64{-1, 50}, []model.EnrollmentCandidate{{CustomerID: "C0", Since: day(1)}}, nil},
		{"one was judged to get nothing", []int64{-1, 0},
			[]model.EnrollmentCandidate{{CustomerID: "C0", Since: day(1)}}, nil},
		{"judged again, the other got nothing", []int64{30, 0},
			[]model.EnrollmentCandidate{{CustomerID: "C0", Since: day(1), Revision: 1}}, map[string]int64{"C0": 50}},
		{"judged again, the other has it", []int64{0, 50},
			[]model.EnrollmentCandidate{{CustomerID: "C0", Since: day(1), Revision: 1}}, nil},
		{"alone", []int64{-1}, []model.EnrollmentCandidate{{CustomerID: "C0", Since: day(1)}},
			map[string]int64{"C0": 50}},
	} {
		var persons []model.Namesake
		for i, held := range tt.held {
			c := model.Namesake{CustomerID: fmt.Sprint("C", i), FirstName: "Ada", LastName: "Otter", Phone: "+1"}
			if held >= 0 {
				c.Held = &held
			}
			persons = append(persons, c)
		}
		var got map[string]int64
		lines := NewPersons(persons).Enroll(tt.all, func(c *model.EnrollmentCandidate) []model.LedgerLine {
			if c.SamePerson {
				return []model.LedgerLine{{CustomerID: c.CustomerID}}
			}
			return []model.LedgerLine{{CustomerID: c.CustomerID, Points: 20}, {CustomerID: c.CustomerID, Points: 30}}
		})
		for _, line := range lines {
			if line.Points != 0 {
				if got == nil {
					got = make(map[string]int64)
				}
				got[line.CustomerID] += line.Points
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.what, diff)
		}
	}
}
