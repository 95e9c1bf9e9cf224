package loyalty

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// storedTerms are terms as the ledger keeps them, in JSON: those of an order, or the reason of an adjustment.
//
//	{"basis":"total","rate":"1.25","multiplier":"2","offer":"Happy hour","tier":"Gold","cap":60,"version":3}
//	{"reason":"till was down"}
//	{"rate":"1.2500","multiplier":"1.0000","rule":"total tier=Gold"}
//
// The last is of a line that an earlier program wrote: Rule is its text form. What is unknown is ignored: a newer
// program may have written it.
type storedTerms struct {
	Basis      Basis           `json:"basis,omitempty"`
	Rate       decimal.Decimal `json:"rate,omitzero"`
	Multiplier decimal.Decimal `json:"multiplier,omitzero"`
	Offer      string          `json:"offer,omitempty"`
	Tier       string          `json:"tier,omitempty"`
	Cap        *int64          `json:"cap,omitempty"`
	Excluded   string          `json:"excluded,omitempty"`
	Version    int64           `json:"version,omitempty"`
	Reason     string          `json:"reason,omitempty"`
	Rule       string          `json:"rule,omitempty"`
}

func (s *storedTerms) text() string {
	text, err := model.JSON(s)
	if err != nil {
		// JSON has all types of the terms.
		panic(err)
	}
	return text
}

// JSON returns the terms as the ledger keeps them. ParseTerms reads it.
func (t *Terms) JSON() string {
	s := storedTerms{Basis: t.Basis, Rate: t.Rate, Multiplier: t.Multiplier, Offer: t.Offer, Tier: t.Tier,
		Excluded: t.Excluded, Version: t.Version}
	if t.Capped {
		s.Cap = &t.Cap
	}
	return s.text()
}

// ParseTerms returns the terms that the ledger keeps of an order. What cannot be read is as if it were absent.
func ParseTerms(text string) Terms {
	var s storedTerms
	_ = json.Unmarshal([]byte(text), &s)
	if s.Rule != "" {
		return parseRule(s.Rate, s.Multiplier, s.Rule)
	}
	t := Terms{Rate: s.Rate, Multiplier: s.Multiplier, Basis: s.Basis, Offer: s.Offer, Tier: s.Tier,
		Excluded: s.Excluded, Version: s.Version}
	if s.Cap != nil {
		t.Cap, t.Capped = *s.Cap, true
	}
	return t
}

// parseRule returns the terms from the text form of an earlier program.
//
//	total offer=Happy+hour tier=Gold cap=60 excluded=status rules=1a2b3c4d
func parseRule(rate, multiplier decimal.Decimal, rule string) Terms {
	basis, rest, _ := strings.Cut(rule, " ")
	t := Terms{Rate: rate, Multiplier: multiplier, Basis: Basis(basis)}
	for key, value := range ruleParts(rest) {
		switch key {
		case "offer":
			t.Offer = value
		case "tier":
			t.Tier = value
		case "cap":
			limit, err := strconv.ParseInt(value, 10, 64)
			t.Cap, t.Capped = limit, err == nil
		case "excluded":
			t.Excluded = value
		}
	}
	return t
}

// ruleParts iterates over the parts of a rule in text form: key and value, or an empty key and the word of a part
// without a key.
func ruleParts(rule string) iter.Seq2[string, string] {
	return func(yield func(key, value string) bool) {
		for part := range strings.FieldsSeq(rule) {
			key, escaped, named := strings.Cut(part, "=")
			value, err := url.QueryUnescape(escaped)
			switch {
			case !named:
				key, value = "", part
			case err != nil:
				continue
			}
			if !yield(key, value) {
				return
			}
		}
	}
}

// Rule returns the terms for people, but for rate and multiplier: "total, offer Happy hour, tier Gold, cap 60".
func (t *Terms) Rule() string {
	rule := string(t.Basis)
	add := func(key, value string) {
		if value != "" {
			rule += ", " + key + " " + value
		}
	}
	add("offer", t.Offer)
	add("tier", t.Tier)
	if t.Capped {
		add("cap", strconv.FormatInt(t.Cap, 10))
	}
	add("excluded", t.Excluded)
	return rule
}

// changesFrom returns for people what makes the terms other than earlier ones: "; rate 1 -> 2, tier none -> Gold".
func (t *Terms) changesFrom(earlier *Terms) (text string) {
	limit := func(t *Terms) string {
		if !t.Capped {
			return ""
		}
		return strconv.FormatInt(t.Cap, 10)
	}
	for _, part := range []struct{ name, before, after string }{
		{"basis", string(earlier.Basis), string(t.Basis)}, {"rate", earlier.Rate.String(), t.Rate.String()},
		{"multiplier", earlier.Multiplier.String(), t.Multiplier.String()}, {"offer", earlier.Offer, t.Offer},
		{"tier", earlier.Tier, t.Tier}, {"cap", limit(earlier), limit(t)}, {"excluded", earlier.Excluded, t.Excluded},
	} {
		if part.before != part.after {
			text += fmt.Sprintf(", %s %s -> %s", part.name, cmp.Or(part.before, "none"), cmp.Or(part.after, "none"))
		}
	}
	return strings.Replace(text, ",", ";", 1)
}

// ruleSince returns the rule of an enrollment's or an expiry's line, for people.
func ruleSince(kind model.LineKind, at time.Time) string {
	return string(kind) + ", " + at.UTC().Format(time.RFC3339Nano)
}

// RuleText returns a line's rule for people: what the line says, or where an earlier program wrote it, its text form in
// words.
func RuleText(rule, terms string) string {
	var s storedTerms
	if json.Unmarshal([]byte(terms), &s) != nil || s.Rule == "" {
		return rule
	}
	var parts []string
	for key, value := range ruleParts(s.Rule) {
		switch key {
		case "":
			parts = append(parts, value)
		case "rules":
			// A fingerprint means nothing to people.
		default:
			parts = append(parts, key+" "+value)
		}
	}
	return strings.Join(parts, ", ")
}

// RuleName returns the rule that a line was written by, for sums by rule: an order's terms in words, or its kind.
func RuleName(l *model.LedgerLine) string {
	if !l.Kind.CountsForLifetime() {
		return string(l.Kind)
	}
	terms := ParseTerms(l.Terms)
	return terms.String()
}

// termsCache keeps the texts of terms, and the terms of texts: a ledger has few different ones.
type termsCache struct {
	terms map[string]Terms
	texts map[Terms]termsTexts
}

type termsTexts struct{ json, rule string }

// cachedTerms bounds each half of a cache.
const cachedTerms = 10_000

func newTermsCache() *termsCache {
	return &termsCache{terms: make(map[string]Terms), texts: make(map[Terms]termsTexts)}
}

func (c *termsCache) parse(text string) Terms {
	t, known := c.terms[text]
	if !known {
		if len(c.terms) >= cachedTerms {
			clear(c.terms)
		}
		t = ParseTerms(text)
		c.terms[text] = t
	}
	return t
}

func (c *termsCache) textsOf(t *Terms) termsTexts {
	texts, known := c.texts[*t]
	if !known {
		if len(c.texts) >= cachedTerms {
			clear(c.texts)
		}
		texts = termsTexts{json: t.JSON(), rule: t.Rule()}
		c.texts[*t] = texts
	}
	return texts
}
