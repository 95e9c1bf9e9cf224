package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestChanges: the conditions of cases are changed too, and each change is where the operator is.
func TestChanges(t *testing.T) {
	const source = `package p

func f(a, b int) bool {
	switch {
	case a < b && !(a == 0):
		a++
		return true
	}
	return -a <= b
}
`
	all, err := changes("p.go", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range all {
		if source[c.at:c.at+len(c.from)] != c.from {
			t.Errorf("%q is not at %d", c.from, c.at)
		}
		got = append(got, c.from+" "+c.to)
	}
	want := []string{"&& ||", "< <=", "< >=", "! ", "== !=", "++ --", "true false", "<= <", "<= >", "- "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
