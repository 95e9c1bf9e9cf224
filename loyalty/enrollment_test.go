package loyalty

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func TestEnrollmentLine(t *testing.T) {
	rules := DefaultRules()
	rules.Zone = denver(t)
	rules.Program = parsed(t, `{"enrollment":{"points":50,"from":"2026-05-05"}}`)
	since := at(t, "2026-05-06T12:00:00.5Z")
	line := func(revision, points int64, moment time.Time) *model.LedgerLine {
		return &model.LedgerLine{
			Source: model.SourceEnrollment, SourceID: "C", CustomerID: "C", Revision: revision,
			Kind: model.LineEnrollment, Points: points, EffectiveAt: moment, Rate: d("0"), Multiplier: d("1"),
			Rule: "enrollment, " + moment.Format(time.RFC3339Nano), Terms: "{}",
		}
	}
	came := func(since time.Time, held, revision int64) model.EnrollmentCandidate {
		return model.EnrollmentCandidate{CustomerID: "C", Since: since, Held: held, Revision: revision}
	}
	for _, tc := range []struct {
		what      string
		candidate model.EnrollmentCandidate
		rejudge   bool
		want      *model.LedgerLine
	}{
		{"new", came(since, 0, 0), false, line(1, 50, at(t, "2026-05-06T12:00:00.5Z"))},
		{"the first day's first moment in Denver", came(at(t, "2026-05-05T06:00:00Z"), 0, 0), false,
			line(1, 50, at(t, "2026-05-05T06:00:00Z"))},
		{"before the rule's first day", came(at(t, "2026-05-05T05:59:59Z"), 0, 0), true, nil},
		{"given", came(since, 50, 1), true, nil},
		{"less was given", came(since, 20, 1), false, nil},
		{"less was given, judged again", came(since, 20, 1), true,
			line(2, 30, at(t, "2026-05-06T12:00:00.5Z"))},
		{"given before the rule had a first day, judged again",
			came(at(t, "2026-05-04T12:00:00Z"), 50, 2), true,
			line(3, -50, at(t, "2026-05-04T12:00:00Z"))},
	} {
		t.Run(tc.what, func(t *testing.T) {
			var got *model.LedgerLine
			if line, owed := (Versions{*only(rules)}).EnrollmentLine(&tc.candidate, tc.rejudge, since); owed {
				got = &line
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestEnrollmentFromAnyDay: without a first day, all customers get the points.
func TestEnrollmentFromAnyDay(t *testing.T) {
	rules := DefaultRules()
	rules.Enrollment.Points = 50
	line, owed := (Versions{*only(rules)}).EnrollmentLine(&model.EnrollmentCandidate{CustomerID: "C"}, false, day(0))
	if !owed || line.Points != 50 {
		t.Errorf("got %+v, %t", line, owed)
	}
}

// TestEnrollmentSwitchedOn: who was a customer before gets nothing, until all is judged anew.
func TestEnrollmentSwitchedOn(t *testing.T) {
	versions := versionsOf("1", "", "1", "2026-06-01T00:00:00Z")
	versions[1].Rules.Enrollment.Points = 50
	for _, tc := range []struct {
		since   string
		rejudge bool
		want    int64
	}{
		{"2026-05-31T23:59:59Z", false, 0}, {"2026-06-01T00:00:00Z", false, 50}, {"2026-05-31T23:59:59Z", true, 50},
	} {
		candidate := model.EnrollmentCandidate{CustomerID: "C", Since: at(t, tc.since)}
		if line, _ := versions.EnrollmentLine(&candidate, tc.rejudge, day(365)); line.Points != tc.want {
			t.Errorf("%+v: %d points", tc, line.Points)
		}
	}
}
