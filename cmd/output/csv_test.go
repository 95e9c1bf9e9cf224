package output

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCSV(t *testing.T) {
	result := func(name string, rows ...[]string) func(io.Writer) {
		return func(w io.Writer) {
			Row(w, "a", "fact")
			Table(w, []string{"NAME", "POINTS"}, rows)
			fmt.Fprintln(w, "a remark")
			Table(w, []string{"ANOTHER " + name}, [][]string{{"1"}})
		}
	}
	for store, want := range map[string]string{
		"": "NAME,POINTS\n\"Ann, \"\"A\"\" Example\",+5\n,-7\n'=HYPERLINK(1),\n'-cmd,1e3\na b,\n",
		"north": "STORE,NAME,POINTS\nnorth,\"Ann, \"\"A\"\" Example\",+5\nnorth,,-7\nnorth,'=HYPERLINK(1),\n" +
			"north,'-cmd,1e3\nnorth,a b,\n",
	} {
		var b strings.Builder
		c := NewCSV(&b, store)
		one := result("one", []string{`Ann, "A" Example`, "+5"}, []string{"", "-7"})
		two := result("two", []string{"=HYPERLINK(1)", ""}, []string{"-cmd", "1e3"}, []string{"a\nb", ""})
		if err := c.Result(one); err != nil {
			t.Error(err)
		}
		if err := c.Result(two); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("store %q:\n%s", store, diff)
		}
	}
}
