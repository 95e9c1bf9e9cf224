package loyalty

import (
	"iter"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// The ledger keeps the rule of a line as text. This file writes and reads all of its forms:
//
//	total offer=Happy+hour tier=Gold cap=60 excluded=status rules=1a2b3c4d
//	enrollment 2026-01-31T12:00:00Z
//	expiry 2026-01-31T12:00:00Z
//	adjustment reason=till+was+down
//
// The first is an order's terms, but for rate and multiplier. Its values are escaped as in a URL, and left out where
// they are empty. A moment is since when the customer is one, or when the balance expired.

// Rule returns the terms, but for rate and multiplier, as the ledger keeps them. ParseTerms reads it.
func (t *Terms) Rule() string {
	rule := string(t.Basis)
	add := func(key, value string) {
		if value != "" {
			rule += " " + key + "=" + url.QueryEscape(value)
		}
	}
	add("offer", t.Offer)
	add("tier", t.Tier)
	if t.Capped {
		add("cap", strconv.FormatInt(t.Cap, 10))
	}
	add("excluded", t.Excluded)
	add("rules", t.Rules)
	return rule
}

// ParseTerms returns the terms that the ledger keeps of an order. It ignores what it does not know: a newer program may
// have written it.
func ParseTerms(rate, multiplier decimal.Decimal, rule string) Terms {
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
		case "rules":
			t.Rules = value
		}
	}
	return t
}

// ruleParts iterates over the parts of a rule: key and value, or an empty key and the word of a part without a key.
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

// ruleSince returns the rule of an enrollment's or an expiry's line: the moment from which its points count.
func ruleSince(kind model.LineKind, at time.Time) string {
	return string(kind) + " " + at.UTC().Format(time.RFC3339Nano)
}

// parseSince returns the moment from a rule that ruleSince wrote; false for any other rule.
func parseSince(rule string) (time.Time, bool) {
	kind, text, _ := strings.Cut(rule, " ")
	if kind != string(model.LineEnrollment) && kind != string(model.LineExpiry) {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	return at, err == nil
}

func adjustmentRule(reason string) string {
	return string(model.LineAdjustment) + " reason=" + url.QueryEscape(reason)
}

// RuleText returns a line's rule for people: the basis, what else an order's terms were, or the reason of an
// adjustment.
func RuleText(rule string) string {
	var parts []string
	for key, value := range ruleParts(rule) {
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
	terms := ParseTerms(l.Rate, l.Multiplier, l.Rule)
	return terms.String()
}
