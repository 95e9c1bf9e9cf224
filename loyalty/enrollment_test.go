package loyalty

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// TestEnrollmentLines: version 1 gives nothing, version 2 gives 50 to those who came on May 5 or later, and version 3
// gives 80 to all.
func TestEnrollmentLines(t *testing.T) {
	version := func(number int64, from, program string) Version {
		rules := DefaultRules()
		rules.Zone, rules.Program = denver(t), parsed(t, program)
		v := Version{Number: number, Rules: &rules}
		if from != "" {
			v.From = at(t, from)
		}
		return v
	}
	versions := Versions{
		version(1, "", `{}`), version(2, "2026-05-01T00:00:00Z", `{"enrollment":{"points":50,"from":"2026-05-05"}}`),
		version(3, "2026-06-01T00:00:00Z", `{"enrollment":{"points":80}}`),
	}
	type line struct {
		Revision, Points int64
		At, Terms        string
	}
	const (
		v2, v3     = `{"version":2}`, `{"version":3}`
		same       = `{"version":2,"reason":"another customer id of the same person has it"}`
		may4, may6 = "2026-05-04T12:00:00Z", "2026-05-06T12:00:00Z"
		// The first moment of May 5 in Denver.
		may5 = "2026-05-05T06:00:00Z"
	)
	moment := func(text string) (m time.Time) {
		if text != "" {
			m = at(t, text)
		}
		return m
	}
	held := func(points int64, since, terms string) model.EnrollmentCandidate {
		return model.EnrollmentCandidate{Held: points, Revision: 1, Terms: terms, HeldSince: moment(since)}
	}
	for _, tc := range []struct {
		what, since string
		held        model.EnrollmentCandidate
		samePerson  bool
		rejudge     bool
		want        []line
	}{
		{what: "new", since: may6, want: []line{{1, 50, may6, v2}}},
		{what: "on the first day in Denver", since: may5, want: []line{{1, 50, may5, v2}}},
		{what: "before the first day", since: may4, want: []line{{1, 0, may4, v2}}},
		{what: "before there was an enrollment", since: "2026-04-01T00:00:00Z"},
		{what: "under a newer version", since: "2026-06-02T00:00:00Z",
			want: []line{{1, 80, "2026-06-02T00:00:00Z", v3}}},
		{what: "not known since when"},
		{what: "another id of the same person", since: may6, samePerson: true, want: []line{{1, 0, may6, same}}},
		{what: "that id again", since: may6, held: held(0, may6, same)},
		{what: "given", since: may6, held: held(50, may6, v2)},
		{what: "given by a version that is not known", since: may6, held: held(20, may4, "{}")},
		{what: "given less, judged anew", since: may6, held: held(50, may6, v2), rejudge: true,
			want: []line{{2, 30, may6, v3}}},
		{what: "judged anew to the same points", since: may4, held: held(80, may4, v2), rejudge: true,
			want: []line{{2, 0, may4, v3}}},
		{what: "judged anew by the same version", since: may4, held: held(80, may4, v3), rejudge: true},
		{what: "not known since when, judged anew", held: held(0, may4, v2), rejudge: true,
			want: []line{{2, 0, may4, v3}}},
		{what: "judged 0, judged anew", since: may4, held: held(0, may4, v2), rejudge: true,
			want: []line{{2, 80, may4, v3}}},
		{what: "it turns out to be earlier", since: may4, held: held(50, may6, v2),
			want: []line{{2, -50, may6, v2}, {3, 0, may4, v2}}},
		{what: "a little earlier", since: may5, held: held(50, may6, v2),
			want: []line{{2, -50, may6, v2}, {3, 50, may5, v2}}},
		{what: "it turns out to be later", since: may6, held: held(0, may4, v2), want: []line{{2, 50, may6, v2}}},
		{what: "no longer known since when", held: held(50, may6, v2), want: []line{{2, -50, may6, v2}}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			c := tc.held
			c.CustomerID, c.Since, c.SamePerson = "C", moment(tc.since), tc.samePerson
			var got []line
			for _, l := range versions.EnrollmentLines(&c, tc.rejudge, at(t, "2026-07-01T00:00:00Z")) {
				got = append(got, line{l.Revision, l.Points, l.EffectiveAt.UTC().Format(time.RFC3339), l.Terms})
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if versions[:1].Enroll() || !versions.Enroll() {
		t.Error("which versions have an enrollment")
	}
}
