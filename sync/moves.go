package sync

import (
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
)

// RuleTotal is what a points pass moved for one rule.
type RuleTotal struct {
	// Rule is the rule in words, Kind that of the lines.
	Rule string `json:"rule"`
	Kind string `json:"kind"`
	// Lines is how many lines were appended, Points what they sum up to.
	Lines  int64 `json:"lines"`
	Points int64 `json:"points"`
}

// moves sums lines up by rule.
type moves struct {
	by map[[2]string]*RuleTotal
	// last is the line before, and move its sum: most lines are of the same rule.
	last blackbird.Line
	move *RuleTotal
}

func (m *moves) add(l *blackbird.Line) {
	if m.move == nil || l.Kind != m.last.Kind || l.Rule != m.last.Rule || !l.Rate.Equal(m.last.Rate) || !l.Multiplier.Equal(m.last.Multiplier) {
		m.move = m.of(l)
		m.last = *l
	}
	m.move.Lines++
	m.move.Points += l.Points
}

// of is the sum that a line belongs to.
func (m *moves) of(l *blackbird.Line) *RuleTotal {
	key := [2]string{ruleInWords(l), string(l.Kind)}
	if m.by == nil {
		m.by = make(map[[2]string]*RuleTotal)
	}
	if m.by[key] == nil {
		m.by[key] = &RuleTotal{Rule: key[0], Kind: key[1]}
	}
	return m.by[key]
}

// all are the moves by rule and kind.
func (m *moves) all() (all []RuleTotal) {
	for _, move := range m.by {
		all = append(all, *move)
	}
	slices.SortFunc(all, func(a, b RuleTotal) int {
		return strings.Compare(a.Rule+"\x00"+a.Kind, b.Rule+"\x00"+b.Kind)
	})
	return all
}

// ruleInWords names the rule that a line comes of.
func ruleInWords(l *blackbird.Line) string {
	switch l.Kind {
	case model.LineEnrollment, model.LineExpiry, model.LineAdjustment:
		return string(l.Kind)
	}
	terms := loyalty.ParseTerms(l.Rate, l.Multiplier, l.Rule)
	return terms.String()
}
