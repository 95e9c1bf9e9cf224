package sync_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
)

// yearProgram has windows that open and close while the clocks are put forward or back.
const yearProgram = `{
	"multipliers": [
		{"name": "Small hours", "multiplier": 2, "hours": "01:00-02:30"},
		{"name": "Night", "multiplier": 1.5, "hours": "22:00-03:00", "weekdays": ["sat"]},
		{"name": "Sunday", "multiplier": 1.25, "weekdays": ["sun"], "hours": "12:00-20:00"},
		{"name": "February", "multiplier": 1.1, "from": "2024-02-01", "until": "2024-02-29"}
	],
	"tiers": [{"name": "Silver", "from": 100}, {"name": "Gold", "from": 400, "points_per_dollar": 1.5}],
	"enrollment": {"points": 20, "from": "2023-12-31"},
	"exclude": {"below_total": 5, "locations": [3]},
	%s
}`

// ruleChange has passes use other rules from a day on. They are in force from a moment on, or at once.
type ruleChange struct {
	day, from, rest string
	rate            string
	basis           loyalty.Basis
	// starts says that orders count from noon of the day on.
	starts bool
}

var yearRules = []ruleChange{
	{day: yearBegins, rate: "1", basis: "total", rest: `"expire_after_days": 45, "negative": "write_off",
		"tier_window": "rolling_12_months", "cap": {"order": 120, "day": 150}`},
	{day: "2024-03-08", from: "2024-03-10", rate: "1", basis: "total", rest: `"expire_after_days": 45,
		"negative": "carry", "tier_window": "calendar_year", "cap": {"day": 90}`},
	// What expires does so sooner, and orders count that were completed since noon.
	{day: "2024-05-15", rate: "2", basis: "subtotal", starts: true, rest: `"expire_after_days": 30`},
	// All that has expired is given back.
	{day: "2024-07-01", rate: "0.5", basis: "total", rest: `"tier_window": "calendar_year"`},
	// Points expire again: days count from the next day on.
	{day: "2024-08-01", from: "2024-08-02", rate: "1", basis: "total", rest: `"expire_after_days": 40,
		"negative": "write_off", "tier_window": "rolling_12_months", "cap": {"day": 200}`},
	// In force from the first of both half past one on.
	{day: "2024-11-01", from: "2024-11-03T01:30:00-07:00", rate: "1.25", basis: "total",
		rest: `"expire_after_days": 50, "negative": "write_off", "cap": {"order": 100}`},
	{day: "2024-12-20", from: "2025-01-01", rate: "3", basis: "total",
		rest: `"expire_after_days": 50, "tier_window": "calendar_year"`},
	// The same, put off for a day.
	{day: "2024-12-30", from: "2025-01-02", rate: "3", basis: "total",
		rest: `"expire_after_days": 50, "tier_window": "calendar_year"`},
}

// isOn reports whether the rules change on a day.
func (c ruleChange) isOn(day time.Time) bool { return c.day == day.Format(time.DateOnly) }

// changeRules has the passes use other rules.
func (y *yearShop) changeRules(c ruleChange) {
	y.Helper()
	text := fmt.Sprintf(yearProgram, c.rest)
	y.rules = must(oracle.ParseProgram(text))
	y.from = time.Time{}
	if c.from != "" {
		text = strings.Replace(text, "{", `{"effective_from": "`+c.from+`",`, 1)
		var err error
		if y.from, err = time.Parse(time.RFC3339, c.from); err != nil {
			y.from = y.date(c.from)
		}
	}
	y.program(text)
	rules := &y.opts.Rules
	rules.PointsPerDollar, rules.Basis, rules.Starts = decimals(c.rate), c.basis, time.Time{}
	if c.starts {
		rules.Starts = y.date(c.day).Add(12 * time.Hour)
	}
	y.rules.Rate, y.rules.Basis, y.rules.Starts = rules.PointsPerDollar, string(rules.Basis), rules.Starts
	y.rules.Zone = rules.Zone
	y.tally.changes++
}

// checkVersions: a points pass under other rules adds them as a version, which is in force from its date on, or from
// the till's present on, and the first one always was. Where they are put off, another version keeps in force what is.
func (y *yearShop) checkVersions() {
	y.Helper()
	rows := y.store.Rows(`SELECT effective_from FROM points_programs ORDER BY version`)
	if len(rows) == len(y.versions) {
		return
	}
	present := moment(shop.Text(y.clock()))
	books := oracle.Books{Versions: y.versions}
	for i := len(y.versions); i < len(rows)-1; i++ {
		kept := oracle.Version{Number: int64(i + 1), From: moment(rows[i][0])}
		kept.Program = books.InForce(present).Program
		y.versions = append(y.versions, kept)
	}
	added := oracle.Version{Number: int64(len(rows)), From: moment(rows[len(rows)-1][0]), Program: y.rules}
	wanted := y.from
	if wanted.IsZero() && len(rows) > 1 {
		wanted = present
	}
	if !added.From.Equal(wanted) {
		y.wrong(fmt.Sprintf("version %d is in force from %s, want %s", added.Number, added.From, wanted))
	}
	y.versions = append(y.versions, added)
}
