package lab

import "testing"

func TestMarkdown(t *testing.T) {
	want := "| task |    s |\n" +
		"|:-----|-----:|\n" +
		"| é    | 1.25 |\n"
	if got := Markdown([][]string{{"task", "s"}, {"é", "1.25"}}); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := Thousands(n); got != want {
			t.Errorf("Thousands(%d) = %q, want %q", n, got, want)
		}
	}
	for x, want := range map[float64]string{0.25: "0.250", 3: "3.00", 40: "40.0", 200: "200"} {
		if got := Short(x); got != want {
			t.Errorf("Short(%v) = %q, want %q", x, got, want)
		}
	}
}
