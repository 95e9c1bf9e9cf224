package blackbird

import (
	"context"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// enrollmentPage is how many customers are looked at at once.
const enrollmentPage = 2_500

// EnrollmentCandidates hands on the customers, active or not, who came in the span's passes, in no order. Merges may be
// at work meanwhile.
func (x *Session) EnrollmentCandidates(
	ctx context.Context, span Span, visit func(*model.EnrollmentCandidate) error,
) error {
	args := Args{"since": span.Since, "until": span.Until}
	if span.Since == 0 && x.store.traits.StreamReads {
		return x.store.wrap("read customers", visitCandidates(ctx, x.on(x.store.db), "enrollment_all", args, visit))
	}
	args["limit"] = enrollmentPage
	for after := ""; ; {
		args["after"] = after
		var page []model.EnrollmentCandidate
		err := visitCandidates(ctx, x.onOwn(), "enrollment_page", args, func(c *model.EnrollmentCandidate) error {
			page = append(page, *c)
			return nil
		})
		if err != nil || len(page) == 0 {
			return x.store.wrap("read customers", err)
		}
		after = page[len(page)-1].CustomerID
		for i := range page {
			if err := visit(&page[i]); err != nil {
				return err
			}
		}
	}
}

// visitCandidates reads rows that are a candidate and one of its lines each, in order of revision.
func visitCandidates(
	ctx context.Context, q Queries, query string, args Args, visit func(*model.EnrollmentCandidate) error,
) error {
	var candidate model.EnrollmentCandidate
	return q.eachGroup(ctx, query, args, group{
		columns: 5, head: 3,
		begin: func(c *cells) {
			candidate = model.EnrollmentCandidate{CustomerID: c.text(), Since: earlier(c.time(), c.time())}
		},
		add: func(c *cells) {
			// Without a line both are NULL.
			candidate.Revision = c.number()
			candidate.Held += c.number()
		},
		end: func() error { return visit(&candidate) },
	})
}

// earlier returns the earlier of two times, of which either may be unknown.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
