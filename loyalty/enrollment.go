package loyalty

import (
	"encoding/json"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// EnrollmentLines returns the lines that the ledger lacks of a customer's enrollment. It is judged once, by the version
// in force since when the customer is one, also where that gives 0; with rejudge by the one at a present. Under the
// version that judged it, it follows what is known of the customer: of another moment, the points are taken back and
// given again, so that the last line always says since when the customer is one. Lines of versions that are not known
// stay as they are.
func (v Versions) EnrollmentLines(
	c *model.EnrollmentCandidate, rejudge bool, present time.Time,
) []model.LedgerLine {
	var held storedTerms
	// Terms that cannot be read are of a version that is not known.
	_ = json.Unmarshal([]byte(c.Terms), &held)
	version := v.At(c.Since)
	switch {
	case rejudge:
		version = v.At(present)
	case c.Revision > 0:
		if version = v.numbered(held.Version); version == nil {
			return nil
		}
	}
	terms, points := storedTerms{Version: version.Number}, int64(0)
	switch {
	case c.SamePerson || held.Reason == samePerson:
		terms.Reason = samePerson
	case !c.Since.IsZero():
		points = version.Rules.enrollment(c)
	}
	if c.Revision == 0 {
		// A full pass under rules that give nothing judges too: no later pass gives what earlier rules would.
		if version.Rules.Enrollment.Points+v.At(c.Since).Rules.Enrollment.Points == 0 || c.Since.IsZero() {
			return nil
		}
		return []model.LedgerLine{enrollmentLine(c, 1, points, c.Since, &terms)}
	}
	if c.Since.Equal(c.HeldSince) {
		// A line of 0 says that another version has judged.
		if points == c.Held && version.Number == held.Version {
			return nil
		}
		return []model.LedgerLine{enrollmentLine(c, 1, points-c.Held, c.Since, &terms)}
	}
	var lines []model.LedgerLine
	if c.Held != 0 {
		lines = append(lines, enrollmentLine(c, 1, -c.Held, c.HeldSince, &terms))
	}
	switch {
	case !c.Since.IsZero():
		lines = append(lines, enrollmentLine(c, int64(len(lines)+1), points, c.Since, &terms))
	case len(lines) == 0 && version.Number != held.Version:
		lines = append(lines, enrollmentLine(c, 1, 0, c.HeldSince, &terms))
	}
	return lines
}

// enrollmentLine returns the nth line that is added to a customer's enrollment.
func enrollmentLine(
	c *model.EnrollmentCandidate, nth, points int64, at time.Time, terms *storedTerms,
) model.LedgerLine {
	line := lineWithoutOrder(model.LineEnrollment, c.CustomerID, c.CustomerID, points, at)
	line.Revision, line.Terms = c.Revision+nth, terms.text()
	return line
}

// numbered returns the version of a number, nil where it is not known.
func (v Versions) numbered(number int64) *Version {
	for i := range v {
		if v[i].Number == number {
			return &v[i]
		}
	}
	return nil
}

// samePerson is the reason of an enrollment that gives nothing.
const samePerson = "another customer id of the same person has it"

// enrollment returns what the rules give a customer.
func (r *Rules) enrollment(c *model.EnrollmentCandidate) int64 {
	if from := r.Enrollment.From; !from.IsZero() && c.Since.Before(from.In(r.zone())) {
		return 0
	}
	return r.Enrollment.Points
}
