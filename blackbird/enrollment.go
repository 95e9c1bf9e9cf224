package blackbird

import (
	"context"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// enrollmentPage is how many customers are looked at at once.
const enrollmentPage = 2_500

// EnrollmentCandidates hands on the customers, active or not, who may be owed enrollment points, in no order: of an
// incremental pass those whom its span concerns, who must be staged by StageBalances; else all. A customer who came
// after the last pass over orders that has ended is none yet. Merges may be at work meanwhile.
func (x *Session) EnrollmentCandidates(
	ctx context.Context, span Span, visit func(*model.EnrollmentCandidate) error,
) error {
	args := Args{"since": span.Since}
	for name, until := range map[string]int64{"came_after": span.Since, "came_before": span.Until} {
		var pass int64
		if err := x.onOwn().Get(ctx, &pass, "last_orders_pass", Args{"until": until}); err != nil {
			return x.store.wrap("read passes", err)
		}
		args[name] = pass
	}
	if span.Since == 0 && x.store.traits.StreamReads {
		return x.store.wrap("read customers", visitCandidates(ctx, x.on(x.store.db), "enrollment_all", args, visit))
	}
	if err := x.createStages(ctx, x.own); err != nil {
		return x.store.wrap("read customers", err)
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
		columns: 8, head: 4,
		begin: func(c *cells) {
			candidate = model.EnrollmentCandidate{CustomerID: c.text(), ChangedBy: c.number()}
			since, firstOrder := c.time(), c.time()
			if candidate.Since = since; since.IsZero() {
				candidate.Since = firstOrder
			}
		},
		add: func(c *cells) {
			// Without a line all are NULL.
			candidate.Revision = c.number()
			candidate.Held += c.number()
			candidate.Terms, candidate.HeldSince = c.common(), c.time()
		},
		end: func() error { return visit(&candidate) },
	})
}

// Namesakes returns the customers who may be the same person as another one: they share a phone or an e-mail. It reads
// all customers.
func (x *Session) Namesakes(ctx context.Context) (customers []model.Namesake, err error) {
	err = x.onOwn().Select(ctx, &customers, "namesakes", nil)
	return customers, x.store.wrap("read customers", err)
}
