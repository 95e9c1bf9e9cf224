package inspect

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

const (
	// sampleRows is how many rows of a table a report samples.
	sampleRows = 5_000
	// mostShapes is how many shapes it has of a column.
	mostShapes = 20
	// null stands for NULL among shapes, which are in small letters.
	null = "NULL"
)

// Sample is what the values of a table's newest rows look like.
type Sample struct {
	Table string `json:"table"`
	// Rows is how many were sampled. SQLState is why none was, empty where they were.
	Rows     int64  `json:"rows"`
	SQLState string `json:"sqlstate,omitempty"`
	// Flags count the values of each flag, Filled the rows in which a column has one.
	Flags  map[string]map[string]int64 `json:"flags,omitempty"`
	Filled map[string]int64            `json:"filled,omitempty"`
	Shapes map[string]*Shapes          `json:"shapes,omitempty"`
	Times  map[string]*Times           `json:"times,omitempty"`
}

// Shapes are those of a column's values, as biotrack.Shape has them, and NULL; the most frequent first.
type Shapes struct {
	// Distinct is how many shapes there are.
	Distinct int          `json:"distinct"`
	Top      []ShapeCount `json:"top"`
	// Shortest and Longest are lengths of values, in characters.
	Shortest int `json:"shortest"`
	Longest  int `json:"longest"`
	counts   map[string]int64
}

// ShapeCount is a shape, and in how many rows it is.
type ShapeCount struct {
	Shape string `json:"shape"`
	Rows  int64  `json:"rows"`
}

// Times are what the times of a column are: how many of each kind, and from which year to which.
type Times struct {
	Kinds     map[string]int64 `json:"kinds"`
	FirstYear int              `json:"first_year,omitempty"`
	LastYear  int              `json:"last_year,omitempty"`
}

// sampling says which columns of a table are sampled, and as what. Those that a server lacks are left out.
type sampling struct {
	Table, Key string
	flags      []string
	filled     []string
	shapes     []string
	times      []string
}

var samplings = []sampling{
	{
		"customers", "customerid", []string{"deleted", "ismember", "emailoptin", "smsoptin"},
		[]string{"firstname", "lastname", "email", "modified"}, []string{"customerid", "phone", "cell"},
		[]string{"membersince", "createdate"},
	},
	{
		"tickets", "ticketserial", []string{"deleted", "pif", "preorder", "taxexempt"},
		[]string{"voidedby", "customerid", "refticketid", "modified"},
		[]string{"id", "customerid", "refticketid", "transactionid", "transactionid_original"}, []string{"datetime"},
	},
	{
		"sales", "id", []string{"deleted", "refunded", "restocked", "requiresweighing", "taxcat"}, nil,
		[]string{"ticketid", "refticketid", "pricepoint"}, []string{"datetime"},
	},
	{
		"products", "id", []string{"deleted", "requiresweighing", "requiresinventory", "ismembersonly"}, nil,
		[]string{"pricepoint", "pricepoint_alternate"}, nil,
	},
	{"productcategories", "id", []string{"deleted"}, nil, []string{"pricepoint"}, nil},
	{
		"inventory", "id",
		[]string{"deleted", "transferredout", "dispensed", "seized", "is_sample", "inventorystatus"}, nil,
		[]string{"id", "roomdata", "currentroom"}, []string{"expiration", "sessiontime"},
	},
	{"inventoryrooms", "id", []string{"deleted", "quarantine"}, nil, nil, nil},
	{"memberdiscount", "id", []string{"deleted", "enabled"}, nil, nil, nil},
	{"locations", "id", []string{"deleted"}, nil, nil, nil},
}

// columns returns the columns that the server has, each once.
func (s sampling) columns(layout biotrack.Layout) []string {
	all := slices.Concat(s.flags, s.filled, s.shapes, s.times)
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(c string) bool { return !layout.Has(s.Table, c) })
}

// sampledValue is a value of a column, NULL where it is nil, and in how many rows it is.
type sampledValue struct {
	Name  string  `db:"name"`
	Value *string `db:"value"`
	Rows  int64   `db:"rows"`
}

func readSamples(ctx context.Context, source *biotrack.Source) (samples []Sample, err error) {
	layout := source.Layout()
	for _, s := range samplings {
		columns := s.columns(layout)
		if len(columns) == 0 {
			continue
		}
		var values []sampledValue
		err := source.Select(ctx, opReport, &values, queries(), "report_sample.sql", struct {
			biotrack.Layout
			Table, Key string
			Columns    []string
		}{layout, s.Table, s.Key, columns}, sampleRows)
		state := biotrack.SQLState(err)
		if err != nil && (state == "" || ctx.Err() != nil) {
			return nil, err
		}
		samples = append(samples, s.sample(values))
		samples[len(samples)-1].SQLState = state
	}
	return samples, nil
}

// sample sums up a table's values.
func (s sampling) sample(values []sampledValue) Sample {
	sample := Sample{Table: s.Table, Flags: make(map[string]map[string]int64), Filled: make(map[string]int64),
		Shapes: make(map[string]*Shapes), Times: make(map[string]*Times)}
	rows := make(map[string]int64)
	for i := range values {
		v := &values[i]
		rows[v.Name] += v.Rows
		if slices.Contains(s.flags, v.Name) {
			addFlag(sample.Flags, v)
		}
		if slices.Contains(s.filled, v.Name) && v.Value != nil && *v.Value != "" {
			sample.Filled[v.Name] += v.Rows
		}
		if slices.Contains(s.shapes, v.Name) {
			addShape(sample.Shapes, v)
		}
		if slices.Contains(s.times, v.Name) {
			addTime(sample.Times, v)
		}
	}
	for _, n := range rows {
		sample.Rows = n // the same for each column
	}
	for _, shapes := range sample.Shapes {
		shapes.rank()
	}
	return sample
}

// shape returns a value's shape, or NULL.
func (v *sampledValue) shape() string {
	if v.Value == nil {
		return null
	}
	return biotrack.Shape(*v.Value)
}

// addFlag counts a flag. Others than 0 and 1 are told by their shape: the column may not be the flag that it seems.
func addFlag(flags map[string]map[string]int64, v *sampledValue) {
	if flags[v.Name] == nil {
		flags[v.Name] = make(map[string]int64)
	}
	value := v.shape()
	if v.Value != nil && (*v.Value == "0" || *v.Value == "1") {
		value = *v.Value
	}
	flags[v.Name][value] += v.Rows
}

func addShape(all map[string]*Shapes, v *sampledValue) {
	shapes := all[v.Name]
	if shapes == nil {
		shapes = &Shapes{Shortest: -1, counts: make(map[string]int64)}
		all[v.Name] = shapes
	}
	shapes.counts[v.shape()] += v.Rows
	if v.Value == nil {
		return
	}
	length := utf8.RuneCountInString(*v.Value)
	if shapes.Shortest < 0 {
		shapes.Shortest = length
	}
	shapes.Shortest, shapes.Longest = min(shapes.Shortest, length), max(shapes.Longest, length)
}

// rank lists the most frequent shapes.
func (s *Shapes) rank() {
	s.Distinct, s.Shortest = len(s.counts), max(0, s.Shortest)
	shapes := slices.SortedFunc(maps.Keys(s.counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(s.counts[b], s.counts[a]), cmp.Compare(a, b))
	})
	for _, shape := range shapes[:min(mostShapes, len(shapes))] {
		s.Top = append(s.Top, ShapeCount{shape, s.counts[shape]})
	}
}

// addTime counts a time by its kind: of what is no number its shape, else seconds or milliseconds since 1970, and 0.
func addTime(all map[string]*Times, v *sampledValue) {
	times := all[v.Name]
	if times == nil {
		times = &Times{Kinds: make(map[string]int64)}
		all[v.Name] = times
	}
	kind := v.shape()
	if v.Value != nil {
		if n, err := strconv.ParseInt(*v.Value, 10, 64); err == nil {
			kind = times.kindOf(n)
		}
	}
	times.Kinds[kind] += v.Rows
}

func (t *Times) kindOf(n int64) (kind string) {
	if n == 0 {
		return "zero"
	}
	kind = "seconds"
	if n > biotrack.LastSecond {
		kind, n = "milliseconds", n/1000
	}
	year := time.Unix(n, 0).UTC().Year()
	if t.FirstYear == 0 || year < t.FirstYear {
		t.FirstYear = year
	}
	t.LastYear = max(t.LastYear, year)
	return kind
}
