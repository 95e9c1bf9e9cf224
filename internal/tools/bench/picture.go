package main

import (
	"fmt"
	"html"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// pictureFile is the picture's place, beside the Markdown file.
const pictureFile = "docs/benchmarks.svg"

// The picture's measures, in pixels, and its colors, which can be read on white and on black.
const (
	pictureWidth, labelWidth, barWidth = 760, 270, 340
	barHeight, rowGap                  = 14, 12

	textColor, oursColor, yardstickColor, peerColor = "#7a828c", "#2f81f7", "#7a828c", "#c9822b"
)

// bar is one of a task's bars: who needed how many seconds.
type bar struct {
	who, color string
	seconds    float64
}

// bars are a task's.
func (m *row) bars(peer string) []bar {
	all := []bar{{"blackbirdctl", oursColor, spreadOf(m.seconds).median},
		{m.yardstickName(), yardstickColor, spreadOf(m.yardstickSeconds).median}}
	if len(m.peerSeconds) > 0 {
		all = append(all, bar{peer, peerColor, spreadOf(m.peerSeconds).median})
	}
	return all
}

// draw is the picture in SVG: for each task for users that has a yardstick a group of bars, the longest of each group
// as long as that of any other.
func (r *report) draw() string {
	var b strings.Builder
	y := rowGap
	for _, m := range r.rows {
		if !m.brief || m.yardstick == nil {
			continue
		}
		bars := m.bars(r.peer)
		longest := 0.0
		for _, part := range bars {
			longest = max(longest, part.seconds)
		}
		text(&b, 0, y, m.name)
		for _, part := range bars {
			width := max(1, int(barWidth*part.seconds/longest))
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" rx="2" fill="%s"/>`+"\n", labelWidth, y, width,
				barHeight-2, part.color)
			text(&b, labelWidth+width+6, y, fmt.Sprintf("%s s %s", lab.Short(part.seconds), part.who))
			y += barHeight
		}
		y += rowGap
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" `+
		`font-size="12" fill="%s">`+"\n%s</svg>\n", pictureWidth, y, textColor, b.String())
}

// text writes a line of the height of a bar.
func text(b *strings.Builder, x, y int, line string) {
	fmt.Fprintf(b, `<text x="%d" y="%d">%s</text>`+"\n", x, y+barHeight-4, html.EscapeString(line))
}
