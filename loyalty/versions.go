package loyalty

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Version is a store's rules from a moment on.
type Version struct {
	// Number counts from 1 on.
	Number int64
	// From is when the rules came, or will come, into force; the zero time for the first version: from the beginning.
	From  time.Time
	Rules *Rules
	// FirstPass is the pass that first saw the rules, 0 where none has yet.
	FirstPass int64
	// Unused says that no pass has gone by the rules to its end: those that saw them were refused or cut off.
	Unused bool
	// FullPass is the last pass that judged every order anew by this version, 0 for none.
	FullPass int64
}

// Versions are all of a store's, the oldest first. There is at least one, and the first is in force from the beginning.
type Versions []Version

// With returns the versions with today's rules as the newest one, where they are not. Rules that are new are in force
// from the moment on that they name, or else from the present. They take the place of all that no pass has gone by to
// its end: of rules that are still to come into force, and of those that were refused or cut off. Where these begin
// first, the rules in force come again as a version in between.
func (v Versions) With(rules *Rules, present time.Time) Versions {
	from := rules.EffectiveFrom.In(rules.zone())
	if len(v) == 0 {
		return Versions{{Number: 1, Rules: rules}}
	}
	newest := &v[len(v)-1]
	moved := newest.Number > 1 && !from.IsZero() && !from.Equal(newest.From)
	if rules.JSON() == newest.Rules.JSON() && !moved {
		return v
	}
	used := slices.DeleteFunc(slices.Clone(v), func(v Version) bool { return v.Number > 1 && v.Unused })
	inForce, begins := used.At(present), present
	for i := range v {
		if v[i].Unused && v[i].From.Before(begins) {
			begins = v[i].From
		}
	}
	if from.IsZero() {
		from = begins
	}
	all := slices.Clip(v)
	for _, moment := range v.beginnings(begins, from) {
		if at := v.At(moment).Rules; at.JSON() != inForce.Rules.JSON() {
			all = append(all, Version{Number: newest.Number + 1, From: moment, Rules: inForce.Rules})
			break
		}
	}
	return append(all, Version{Number: all[len(all)-1].Number + 1, From: from, Rules: rules})
}

// beginnings returns when versions come into force from a moment on and before another, in order.
func (v Versions) beginnings(since, before time.Time) (moments []time.Time) {
	for i := range v {
		if at := v[i].From; !at.Before(since) && at.Before(before) {
			moments = append(moments, at)
		}
	}
	slices.SortFunc(moments, time.Time.Compare)
	return moments
}

// At returns the version that is in force at a moment: the highest one that has begun.
func (v Versions) At(moment time.Time) *Version {
	for i := len(v) - 1; i > 0; i-- {
		if !v[i].From.After(moment) {
			return &v[i]
		}
	}
	return &v[0]
}

// SeenBy returns the versions that a pass had seen, or all where it had seen none.
func (v Versions) SeenBy(pass int64) Versions {
	for i := range v {
		if v[i].FirstPass == 0 || v[i].FirstPass > pass {
			if i > 0 {
				return v[:i]
			}
			break
		}
	}
	return v
}

// judging returns the version by which an order is judged whose last line is a pass's, under the version of a number:
// that one, or a newer one by which a later pass has judged every order anew. It is nil where the version is not known.
func (v Versions) judging(number, pass int64) (judging *Version) {
	for i := range v {
		switch {
		case v[i].FullPass > 0 && v[i].FullPass >= pass && (judging == nil || v[i].FullPass > judging.FullPass):
			judging = &v[i]
		case v[i].Number == number && judging == nil:
			judging = &v[i]
		}
	}
	return judging
}

// NeedsHistory reports whether what an order earns depends on the customer's earlier orders.
func (v Versions) NeedsHistory() bool {
	return slices.ContainsFunc(v, func(v Version) bool { return v.Rules.NeedsHistory() })
}

// Enroll reports whether customers get points for being one, under any version.
func (v Versions) Enroll() bool {
	return slices.ContainsFunc(v, func(v Version) bool { return v.Rules.Enrollment.Points > 0 })
}

// storedRules are rules in JSON. The keys of the program are those of the config file.
type storedRules struct {
	PointsPerDollar decimal.Decimal `json:"points_per_dollar"`
	Basis           Basis           `json:"basis"`
	Starts          time.Time       `json:"starts,omitzero"`
	Zone            string          `json:"time_zone"`
	Program
}

// JSON returns the rules as the store keeps them: the same text for the same rules. ParseRules reads it. From when on
// they are in force is not part of it.
func (r *Rules) JSON() string {
	stored := storedRules{r.PointsPerDollar, r.Basis, r.Starts.UTC(), r.zone().String(), r.Program}
	stored.EffectiveFrom = Moment{}
	text, err := model.JSON(stored)
	if err != nil {
		// JSON has all types of the rules.
		panic(err)
	}
	return text
}

// ofOrders returns what the rules say of orders: the same text where every order earns the same.
func (r *Rules) ofOrders() string {
	rules := *r
	rules.Enrollment, rules.ExpireAfterDays, rules.Negative = Enrollment{}, 0, ""
	return rules.JSON()
}

// ParseRules returns the rules from JSON.
func ParseRules(text string) (*Rules, error) {
	var stored storedRules
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		return nil, fmt.Errorf("parse loyalty rules: %w", err)
	}
	zone, err := time.LoadLocation(stored.Zone)
	if err != nil {
		return nil, fmt.Errorf("parse loyalty rules: %w", err)
	}
	return &Rules{stored.PointsPerDollar, stored.Basis, stored.Starts, zone, stored.Program}, nil
}
