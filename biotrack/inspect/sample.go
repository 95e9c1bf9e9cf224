package inspect

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

const (
	// sampleRows is how many rows of a table a report samples, mostForms how many forms it has of a column.
	sampleRows = 5_000
	mostForms  = 20
)

// Sample is what a table's newest rows look like.
type Sample struct {
	Table string `json:"table"`
	// SQLState is why none was read, empty where they were.
	SQLState string                   `json:"sqlstate,omitempty"`
	Columns  map[string]*ColumnSample `json:"columns"`
}

// ColumnSample is what the values of a column look like.
type ColumnSample struct {
	// Distinct is how many forms they have, Forms the most frequent: a shape, as biotrack.Shape has it; NULL; of flags
	// 0 and 1; blank or filled, where even shapes are nobody's business; of times, what they count in.
	Distinct int    `json:"distinct"`
	Forms    []Form `json:"forms"`
	// Longest is the greatest length in characters. Times are from the first to the last year.
	Longest   int `json:"longest"`
	FirstYear int `json:"first_year,omitempty"`
	LastYear  int `json:"last_year,omitempty"`
	counts    map[string]int64
}

// Form is a form of values, and how many rows have it.
type Form struct {
	Form string `json:"form"`
	Rows int64  `json:"rows"`
}

// sampled are the columns that are sampled, by table and its key: flags, times, those of which it is said whether there
// is a value, and those whose shapes are listed. Those that a server lacks are left out.
var sampled = []struct{ table, key, flags, times, filled, shapes string }{
	{"customers", "customerid", "deleted ismember emailoptin smsoptin", "membersince createdate",
		"firstname lastname email modified", "customerid phone cell"},
	{"tickets", "ticketserial", "deleted pif preorder taxexempt", "datetime", "voidedby modified",
		"id customerid refticketid transactionid transactionid_original"},
	{"sales", "id", "deleted refunded restocked requiresweighing taxcat", "datetime", "",
		"ticketid refticketid pricepoint inventoryid"},
	{"products", "id", "deleted requiresweighing requiresinventory ismembersonly", "", "",
		"pricepoint pricepoint_alternate"},
	{"productcategories", "id", "deleted", "", "", "pricepoint"},
	{"inventory", "id", "deleted transferredout dispensed seized is_sample", "expiration sessiontime", "",
		"id roomdata currentroom"},
	{"inventoryrooms", "id", "deleted quarantine", "", "", ""},
	{"memberdiscount", "id", "deleted enabled", "", "", ""},
	{"locations", "id", "deleted", "", "", ""},
}

// formOf returns the form of a column's value, and may note more in the column's sample.
type formOf func(c *ColumnSample, value string) string

func readSamples(ctx context.Context, source *biotrack.Source) (samples []Sample, err error) {
	for _, s := range sampled {
		forms := make(map[string]formOf)
		for names, form := range map[string]formOf{
			s.flags: flagForm, s.times: timeForm, s.filled: filledForm, s.shapes: shapeForm,
		} {
			for name := range strings.FieldsSeq(names) {
				if source.Layout().Has(s.table, name) {
					forms[name] = form
				}
			}
		}
		sample := Sample{Table: s.table, Columns: make(map[string]*ColumnSample)}
		err := sample.read(ctx, source, s.key, forms)
		if sample.SQLState = biotrack.SQLState(err); err != nil && (sample.SQLState == "" || ctx.Err() != nil) {
			return nil, err
		}
		samples = append(samples, sample)
	}
	return samples, nil
}

// read counts the forms of the values of some columns.
func (s *Sample) read(ctx context.Context, source *biotrack.Source, key string, forms map[string]formOf) error {
	if len(forms) == 0 {
		return nil
	}
	var values []struct {
		Name  string  `db:"name"`
		Value *string `db:"value"`
		Rows  int64   `db:"rows"`
	}
	err := source.Select(ctx, "read samples", &values, queries(), "report_sample.sql", struct {
		biotrack.Layout
		Table, Key string
		Columns    []string
	}{source.Layout(), s.Table, key, slices.Sorted(maps.Keys(forms))}, sampleRows)
	for _, v := range values {
		column := s.Columns[v.Name]
		if column == nil {
			column = &ColumnSample{counts: make(map[string]int64)}
			s.Columns[v.Name] = column
		}
		form := "NULL" // no shape: those have small letters
		if v.Value != nil {
			form = forms[v.Name](column, *v.Value)
			column.Longest = max(column.Longest, utf8.RuneCountInString(*v.Value))
		}
		column.counts[form] += v.Rows
	}
	for _, column := range s.Columns {
		column.rank()
	}
	return err
}

// rank lists the most frequent forms.
func (c *ColumnSample) rank() {
	c.Distinct = len(c.counts)
	for form, rows := range c.counts {
		c.Forms = append(c.Forms, Form{form, rows})
	}
	slices.SortFunc(c.Forms, func(a, b Form) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), strings.Compare(a.Form, b.Form))
	})
	c.Forms = c.Forms[:min(mostForms, len(c.Forms))]
}

func shapeForm(_ *ColumnSample, value string) string { return biotrack.Shape(value) }

// flagForm returns a flag itself. What is none may be anything.
func flagForm(_ *ColumnSample, value string) string {
	if value == "0" || value == "1" {
		return value
	}
	return biotrack.Shape(value)
}

func filledForm(_ *ColumnSample, value string) string {
	if strings.TrimSpace(value) == "" {
		return "blank"
	}
	return "filled"
}

// timeForm returns what a time counts in, and notes its year.
func timeForm(c *ColumnSample, value string) (form string) {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n == 0 {
		return flagForm(c, value)
	}
	form = "seconds"
	if n > biotrack.LastSecond {
		form, n = "milliseconds", n/1000
	}
	year := time.Unix(n, 0).UTC().Year()
	if c.FirstYear == 0 || year < c.FirstYear {
		c.FirstYear = year
	}
	c.LastYear = max(c.LastYear, year)
	return form
}
