package loyalty

import (
	"cmp"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Persons knows which customer ids are the same person's: those with the same name, whatever its letters' case, and the
// same phone, or where one of them has none, the same e-mail. Of a person only one id is enrolled.
type Persons struct {
	byID   map[string]*model.Namesake
	byName map[string][]*model.Namesake
}

// NewPersons returns the persons that customers are who may be the same one.
func NewPersons(customers []model.Namesake) *Persons {
	p := &Persons{byID: make(map[string]*model.Namesake), byName: make(map[string][]*model.Namesake)}
	for i := range customers {
		c := &customers[i]
		p.byID[c.CustomerID] = c
		p.byName[nameOf(c)] = append(p.byName[nameOf(c)], c)
	}
	return p
}

func nameOf(c *model.Namesake) string { return strings.ToLower(c.FirstName + "\x00" + c.LastName) }

// others returns the other ids of a customer's person.
func (p *Persons) others(customer string) (others []*model.Namesake) {
	c := p.byID[customer]
	if c == nil {
		return nil
	}
	for _, o := range p.byName[nameOf(c)] {
		samePhone, phones := c.Phone == o.Phone, c.Phone != "" && o.Phone != ""
		if o != c && (phones && samePhone || !phones && c.Email != "" && c.Email == o.Email) {
			others = append(others, o)
		}
	}
	return others
}

// Several reports whether a customer's person has other ids.
func (p *Persons) Several(customer string) bool { return len(p.others(customer)) > 0 }

// Enroll returns the lines that enroll customers who come in any order: of a person the first customer has it.
func (p *Persons) Enroll(
	all []model.EnrollmentCandidate, linesOf func(*model.EnrollmentCandidate) []model.LedgerLine,
) (lines []model.LedgerLine) {
	slices.SortFunc(all, func(a, b model.EnrollmentCandidate) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.CustomerID, b.CustomerID))
	})
	for i := range all {
		c := &all[i]
		c.SamePerson = slices.ContainsFunc(p.others(c.CustomerID), func(o *model.Namesake) bool {
			return o.Held != nil && (*o.Held != 0 || c.Revision == 0)
		})
		var held int64
		for _, line := range linesOf(c) {
			held += line.Points
			lines = append(lines, line)
		}
		p.byID[c.CustomerID].Held = &held
	}
	return lines
}
