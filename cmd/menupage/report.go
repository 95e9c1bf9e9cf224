package menupage

import (
	"html/template"
	"io"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Report is what a shop's owner reads.
type Report struct {
	// Title is the shop's name, From and Until its first and last day, and AsOf when it was made, in the shop's time.
	Title, From, Until string
	AsOf               time.Time
	Charts             []Chart
	OnMenu             int64
	// Off are the last changed of OffCount products that changed in this time and are not on the menu.
	Off      []OffProduct
	OffCount int64
	Rejects  []RejectCount
	Streams  []Stream
}

// OffProduct is a product that is not on the menu, and when it changed last.
type OffProduct struct {
	Name, Category string
	At             time.Time
}

// RejectCount is how many rows of a stream are rejected for a reason, and what to do about it.
type RejectCount struct {
	Stream, Reason, Hint string
	Count                int64
}

// Stream is the state of a stream.
type Stream struct {
	Name, State string
	AsOf        time.Time
	Rows        int64
	Problems    []string
}

// Chart has a bar for each day or month: a value above the line, and one below it.
type Chart struct {
	Title, Summary string
	// First and Last are the names of the first and the last bar.
	First, Last string
	// Most is the highest value, with the sign of one below the line left out; 0 where there is nothing to show.
	Most int64
	Bars []Bar
	// Width and Height are the chart's, and Line is where the values begin, from the top.
	Width, Height, Line float64
}

// Bar is a bar of a chart, and what it says.
type Bar struct {
	Label             string
	X, Width          float64
	Top, Above, Below float64
}

const (
	barWidth    = 10
	barGap      = 2
	chartHeight = 100
)

// Draw places the bars of values that are not below 0: above the line, and below it where there are any.
func (c *Chart) Draw(names, labels []string, above, below []int64) {
	c.First, c.Last = names[0], names[len(names)-1]
	var up, down int64
	for i := range labels {
		up, down = max(up, above[i]), max(down, below[i])
	}
	c.Most = max(up, down)
	c.Width, c.Height = float64(len(labels)*barWidth), chartHeight
	scale := chartHeight / float64(max(1, up+down))
	c.Line = float64(up) * scale
	for i, label := range labels {
		c.Bars = append(c.Bars, Bar{
			Label: label, X: float64(i*barWidth) + barGap/2.0, Width: barWidth - barGap,
			Top: c.Line - float64(above[i])*scale, Above: float64(above[i]) * scale, Below: float64(below[i]) * scale,
		})
	}
}

// number writes a number as people read it.
func number(n int64) string { return message.NewPrinter(language.English).Sprintf("%d", n) }

// WriteReport writes the report as a page that runs no script.
func WriteReport(w io.Writer, r *Report) error {
	page, err := template.New("report.html").Funcs(template.FuncMap{"number": number}).ParseFS(files, "report.html")
	if err != nil {
		return err
	}
	style := read("page.css") + read("report.css")
	return page.Execute(w, struct {
		*Report
		Style     template.CSS
		StyleHash string
	}{r, template.CSS(style), hash(style)})
}
