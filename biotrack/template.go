package biotrack

import (
	"fmt"
	"regexp"
	"strings"
)

// render writes a query for the layout. Its text says, as text/template would have it, {{.Word "argument" …}} for what the shape's method of
// that name returns, {{if .OddCustomers}} … {{else}} … {{end}}, and {{/* … */}} for a comment; a dash inside a brace takes the blanks
// outside of it away.
//
// That package is not used since it looks methods up by name when it runs. A program in which anything does has to keep every method of
// every type that it links: that cost each pass 2 MiB of memory.
func (s shape) render(text string) (string, error) {
	w := queryWriter{shape: s, shown: []bool{true}}
	last := 0
	for _, at := range actions.FindAllStringSubmatchIndex(text, -1) {
		w.write(text[last:at[0]])
		if err := w.act(text[at[2]:at[3]]); err != nil {
			return "", fmt.Errorf("write query: %w", err)
		}
		last = at[1]
	}
	w.write(text[last:])
	if len(w.shown) != 1 {
		return "", fmt.Errorf("write query: an if has no end")
	}
	return w.query.String(), nil
}

var (
	actions   = regexp.MustCompile(`(?s)(?:\s*\{\{-\s|\{\{)(.*?)(?:\s-\}\}\s*|\}\})`)
	arguments = regexp.MustCompile(`"([^"]*)"`)
)

// queryWriter is a query being written.
type queryWriter struct {
	shape
	query strings.Builder
	// shown says of each if that is open, the innermost last, whether what follows is part of the query.
	shown []bool
}

func (w *queryWriter) write(text string) {
	if w.shown[len(w.shown)-1] {
		w.query.WriteString(text)
	}
}

// act does what stands between braces.
func (w *queryWriter) act(action string) error {
	open := len(w.shown) - 1
	switch word, _, _ := strings.Cut(strings.TrimSpace(action), " "); {
	case strings.HasPrefix(word, "/*"):
	case word == "if" && strings.HasSuffix(action, " .OddCustomers"):
		w.shown = append(w.shown, w.shown[open] && w.OddCustomers)
	case word == "else" && open > 0:
		w.shown[open] = w.shown[open-1] && !w.shown[open]
	case word == "end" && open > 0:
		w.shown = w.shown[:open]
	default:
		text, err := w.value(word, action)
		w.write(text)
		return err
	}
	return nil
}

// value is what a word stands for.
func (w *queryWriter) value(word, action string) (string, error) {
	var args []string
	for _, quoted := range arguments.FindAllStringSubmatch(action, -1) {
		args = append(args, quoted[1])
	}
	switch fmt.Sprintf("%s/%d", word, len(args)) {
	case ".Rows/0":
		return w.Rows, nil
	case ".From/1":
		return w.From(args[0]), nil
	case ".Space/0":
		return w.Space(), nil
	case ".Col/4":
		return w.Col(args[0], args[1], args[2], args[3]), nil
	case ".Num/3":
		return w.Num(args[0], args[1], args[2]), nil
	case ".TextType/2":
		return w.TextType(args[0], args[1]), nil
	}
	return "", fmt.Errorf("a query says {{%s}}, which means nothing", action)
}
