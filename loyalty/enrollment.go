package loyalty

import (
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Candidate is a customer who may be owed enrollment points.
type Candidate struct {
	CustomerID string
	// Since is when the customer became one.
	Since time.Time
	// Held are the points that the ledger holds for the enrollment; Revision is that of its last line, 0 where it has
	// none.
	Held, Revision int64
}

// EnrollmentLine returns the line that the ledger lacks of a customer's enrollment; false where it lacks none. Points
// that were given stay as they are; with rejudge they become what today's rules give.
func (r *Rules) EnrollmentLine(c *Candidate, rejudge bool) (line model.LedgerLine, owed bool) {
	if c.Revision > 0 && !rejudge {
		return line, false
	}
	points := r.Enrollment.Points
	if from := r.Enrollment.From; !from.IsZero() && c.Since.Before(from.In(r.zone())) {
		points = 0
	}
	if points -= c.Held; points == 0 {
		return line, false
	}
	id, rule := model.EnrollmentID(c.CustomerID), ruleSince(model.LineEnrollment, c.Since)
	line = lineWithoutOrder(model.LineEnrollment, id, c.CustomerID, points, rule)
	line.Revision = c.Revision + 1
	return line, true
}
