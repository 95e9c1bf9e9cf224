package oracle

// tb is the part of a test that receives differences.
type tb interface {
	Helper()
	Error(args ...any)
	Errorf(format string, args ...any)
}

// most is how many differences Check reports one by one.
const most = 25

// Check fails the test with what Diff finds.
func Check(t tb, expected Expected, actual *Actual, options Options) {
	t.Helper()
	Report(t, Diff(expected, actual, options))
}

// Report fails the test with each of the differences, the first ones of a long list.
func Report(t tb, differences []Difference) {
	t.Helper()
	for i, d := range differences {
		if i == most {
			t.Errorf("and %d more", len(differences)-most)
			return
		}
		t.Error(d)
	}
}
