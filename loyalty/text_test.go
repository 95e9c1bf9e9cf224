package loyalty

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// TestRuleTexts holds the stored texts byte for byte: ledgers have them.
func TestRuleTexts(t *testing.T) {
	for _, tc := range []struct {
		rule, text, name string
		terms            Terms
	}{
		{"total", "total", "1 point per dollar of the total", terms("1", "1", BasisTotal)},
		{"subtotal rules=1a2b3c4d", "subtotal", "1.5 points per dollar of the subtotal",
			Terms{Rate: d("1.5"), Multiplier: d("1"), Basis: BasisSubtotal, Rules: "1a2b3c4d"}},
		{"total offer=Happy+hour%2C+5+%25 tier=Gold cap=0 rules=1a2b3c4d",
			"total, offer Happy hour, 5 %, tier Gold, cap 0",
			"2 points per dollar of the total, tier Gold, 1.5 times for Happy hour, 5 %, capped",
			Terms{
				Rate: d("2"), Multiplier: d("1.5"), Basis: BasisTotal, Offer: "Happy hour, 5 %", Tier: "Gold",
				Capped: true,
				Rules:  "1a2b3c4d",
			}},
		{"total excluded=below_total rules=1a2b3c4d", "total, excluded below_total", "excluded: below total",
			Terms{Rate: d("0"), Multiplier: d("1"), Basis: BasisTotal, Excluded: ExcludedTotal, Rules: "1a2b3c4d"}},
	} {
		line := model.LedgerLine{
			Kind: model.LineAward, Rate: tc.terms.Rate, Multiplier: tc.terms.Multiplier, Rule: tc.terms.Rule(),
		}
		want := []any{tc.rule, tc.text, tc.name, tc.terms}
		got := []any{line.Rule, RuleText(tc.rule), RuleName(&line), ParseTerms(line.Rate, line.Multiplier, line.Rule)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.rule, diff)
		}
	}
	adjustment := AdjustmentLine("C", 5, "till was down", 7)
	if got := RuleText(adjustment.Rule); got != "adjustment, reason till was down" {
		t.Errorf("an adjustment's rule is %q", got)
	}
	if got := RuleName(&adjustment); got != "adjustment" {
		t.Errorf("an adjustment's rule is named %q", got)
	}
}

// TestParseTermsOfNewerPrograms: what is unknown, or cannot be read, is ignored.
func TestParseTermsOfNewerPrograms(t *testing.T) {
	want := Terms{Rate: d("1"), Multiplier: d("1"), Basis: "net", Tier: "Gold"}
	got := ParseTerms(d("1"), d("1"), "net tier=Gold offer=%zz cap=many season=spring new")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRulesRoundTrip: whatever names are in the terms, and whatever the moment, it is read as it was written.
func TestRulesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := Terms{
			Rate: d("1"), Multiplier: d("1"),
			Basis: rapid.SampledFrom([]Basis{BasisTotal, BasisSubtotal}).Draw(t, "basis"),
			Offer: rapid.String().Draw(t, "offer"),
			Tier:  rapid.String().Draw(t, "tier"),
			Rules: rapid.StringMatching(`([0-9a-f]{8})?`).Draw(t, "rules"),
		}
		if terms.Capped = rapid.Bool().Draw(t, "capped"); terms.Capped {
			terms.Cap = rapid.Int64Min(0).Draw(t, "cap")
		}
		if diff := cmp.Diff(terms, ParseTerms(terms.Rate, terms.Multiplier, terms.Rule())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", terms.Rule(), diff)
		}
		seconds, nanoseconds := rapid.Int64Range(0, 4_000_000_000), rapid.Int64Range(0, 999_999_999)
		moment := time.Unix(seconds.Draw(t, "seconds"), nanoseconds.Draw(t, "nanoseconds")).UTC()
		for _, kind := range []model.LineKind{model.LineEnrollment, model.LineExpiry} {
			if got, ok := parseSince(ruleSince(kind, moment)); !ok || !got.Equal(moment) {
				t.Errorf("%s at %s is read as %s, %t", kind, moment, got, ok)
			}
		}
		if _, ok := parseSince(terms.Rule()); ok {
			t.Errorf("%s is taken for a moment", terms.Rule())
		}
	})
}
