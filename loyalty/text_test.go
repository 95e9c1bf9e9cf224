package loyalty

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// TestTermsTexts holds the stored texts byte for byte: ledgers have them.
func TestTermsTexts(t *testing.T) {
	for _, tc := range []struct {
		json, rule, name string
		terms            Terms
	}{
		{`{"basis":"total","rate":"1","multiplier":"1"}`, "total", "1 point per dollar of the total",
			terms("1", "1", BasisTotal)},
		{`{"basis":"subtotal","rate":"1.5","multiplier":"1","version":3}`, "subtotal",
			"1.5 points per dollar of the subtotal",
			Terms{Rate: d("1.5"), Multiplier: d("1"), Basis: BasisSubtotal, Version: 3}},
		{`{"basis":"total","rate":"2","multiplier":"1.5","offer":"Happy \"hour\" & 5 %","tier":"Gold","cap":0}`,
			`total, offer Happy "hour" & 5 %, tier Gold, cap 0`,
			`2 points per dollar of the total, tier Gold, 1.5 times for Happy "hour" & 5 %, capped`,
			Terms{
				Rate: d("2"), Multiplier: d("1.5"), Basis: BasisTotal, Offer: `Happy "hour" & 5 %`, Tier: "Gold",
				Capped: true,
			}},
		{`{"basis":"total","multiplier":"1","excluded":"below_total"}`, "total, excluded below_total",
			"excluded: below total",
			Terms{Multiplier: d("1"), Basis: BasisTotal, Excluded: ExcludedTotal}},
	} {
		line := model.LedgerLine{Kind: model.LineAward, Terms: tc.terms.JSON()}
		want := []any{tc.json, tc.rule, tc.rule, tc.name, tc.terms}
		got := []any{line.Terms, tc.terms.Rule(), RuleText(tc.rule, line.Terms), RuleName(&line),
			ParseTerms(line.Terms)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.json, diff)
		}
	}
	adjustment := AdjustmentLine("C", 5, "till was down", 7, day(0))
	if got := RuleName(&adjustment); got != "adjustment" {
		t.Errorf("an adjustment's rule is named %q", got)
	}
}

// TestTermsOfAnEarlierProgram: the text form is read, and shown in words.
func TestTermsOfAnEarlierProgram(t *testing.T) {
	for _, tc := range []struct {
		rule, text string
		terms      Terms
	}{
		{"total", "total", terms("2", "1.5", BasisTotal)},
		{"total offer=Happy+hour%2C+5+%25 tier=Gold cap=0 rules=1a2b3c4d",
			"total, offer Happy hour, 5 %, tier Gold, cap 0",
			Terms{
				Rate: d("2"), Multiplier: d("1.5"), Basis: BasisTotal, Offer: "Happy hour, 5 %", Tier: "Gold",
				Capped: true,
			}},
		{"total excluded=below_total", "total, excluded below_total",
			Terms{Rate: d("2"), Multiplier: d("1.5"), Basis: BasisTotal, Excluded: ExcludedTotal}},
		{"adjustment reason=till+was+down", "adjustment, reason till was down",
			Terms{Rate: d("2"), Multiplier: d("1.5"), Basis: "adjustment"}},
	} {
		stored := `{"rate": "2.0000", "multiplier": "1.5000", "rule": "` + tc.rule + `"}`
		got := []any{RuleText(tc.rule, stored), ParseTerms(stored)}
		if diff := cmp.Diff([]any{tc.text, tc.terms}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.rule, diff)
		}
	}
}

// TestParseTermsOfNewerPrograms: what is unknown, or cannot be read, is ignored.
func TestParseTermsOfNewerPrograms(t *testing.T) {
	for text, want := range map[string]Terms{
		`{"basis":"net","rate":"1","multiplier":"1","tier":"Gold","season":"spring"}`: {
			Rate: d("1"), Multiplier: d("1"), Basis: "net", Tier: "Gold"},
		`{"rate":"1","multiplier":"1","rule":"net tier=Gold offer=%zz cap=many season=spring new"}`: {
			Rate: d("1"), Multiplier: d("1"), Basis: "net", Tier: "Gold"},
		`no JSON`: {},
	} {
		if diff := cmp.Diff(want, ParseTerms(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// TestTermsRoundTrip: whatever names are in the terms, they are read as they were written.
func TestTermsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := Terms{
			Rate: d("1"), Multiplier: d("1"),
			Basis:   rapid.SampledFrom([]Basis{BasisTotal, BasisSubtotal}).Draw(t, "basis"),
			Offer:   rapid.String().Draw(t, "offer"),
			Tier:    rapid.String().Draw(t, "tier"),
			Version: rapid.Int64Min(0).Draw(t, "version"),
		}
		if terms.Capped = rapid.Bool().Draw(t, "capped"); terms.Capped {
			terms.Cap = rapid.Int64Min(0).Draw(t, "cap")
		}
		if diff := cmp.Diff(terms, ParseTerms(terms.JSON())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", terms.JSON(), diff)
		}
	})
}
