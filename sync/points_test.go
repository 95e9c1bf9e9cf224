package sync

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// TestPointsPlan: what a points pass looks at, given its options and the watermark. The newest finished pass is 9.
func TestPointsPlan(t *testing.T) {
	type plan struct {
		Mode    Mode
		Resumed bool
		Span    blackbird.Span
		After   string
		Former  int64
	}
	finished := &checkpoint.Watermark{Position: "7"}
	cutOff := func(mode Mode, last string) *checkpoint.Watermark {
		return &checkpoint.Watermark{Unfinished: checkpoint.NewUnfinished(string(mode), "8", last)}
	}
	full, verify := Options{Full: true}, Options{mode: ModeVerify, DryRun: true}
	for _, tc := range []struct {
		what string
		opts Options
		w    *checkpoint.Watermark
		want plan
	}{
		{"no watermark", Options{}, nil, plan{Mode: ModeFirst, Span: blackbird.Span{Until: 9}}},
		{"no watermark, full", full, nil, plan{Mode: ModeFull, Span: blackbird.Span{Until: 9}}},
		{"a watermark", Options{}, finished, plan{Mode: ModeIncremental, Span: blackbird.Span{Since: 7, Until: 9}}},
		{"a watermark, full", full, finished, plan{Mode: ModeFull, Span: blackbird.Span{Until: 9}}},
		{
			"an interrupted first pass", Options{}, cutOff(ModeFirst, "customer:C"),
			plan{Mode: ModeFirst, Resumed: true, Span: blackbird.Span{Until: 8}, After: "C"},
		},
		{"an interrupted first pass, full", full, cutOff(ModeFirst, "customer:C"),
			plan{Mode: ModeFull, Span: blackbird.Span{Until: 9}}},
		{
			"an interrupted full pass, full", full, cutOff(ModeFull, "customer:C"),
			plan{Mode: ModeFull, Resumed: true, Span: blackbird.Span{Until: 8}, After: "C"},
		},
		{"an interrupted pass of an earlier program", Options{}, cutOff(ModeFirst, "O"),
			plan{Mode: ModeFirst, Span: blackbird.Span{Until: 8}}},
		{"some orders", Options{Only: Selection{IDs: []string{"O"}}}, finished, plan{Mode: ModeBackfill}},
		{"verify", verify, finished, plan{Mode: ModeVerify, Span: blackbird.Span{Until: 9}, Former: 7}},
		{"verify, no watermark", verify, nil, plan{Mode: ModeVerify, Span: blackbird.Span{Until: 9}, Former: -1}},
		{"verify, an interrupted first pass", verify, cutOff(ModeFirst, "customer:C"),
			plan{Mode: ModeVerify, Span: blackbird.Span{Until: 9}, Former: -1}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			p := pointsRun{run: &run{opts: tc.opts}, span: blackbird.Span{Until: 9}}
			if err := p.plan(tc.w); err != nil {
				t.Fatal(err)
			}
			got := plan{p.run.result.Mode, p.run.result.Resumed, p.span, p.after, p.former}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
