package oracle

import (
	"math/big"
	"testing"
)

func TestCents(t *testing.T) {
	for in, want := range map[string]string{
		"12": "12.00", "0.005": "0.01", "-0.005": "-0.01", "0.0049999": "0.00", "-0.0049999": "0.00",
		"2.675": "2.68", "-2.675": "-2.68", "1.115": "1.12", "99.995": "100.00", "0": "0.00",
	} {
		equal(t, "cents of "+in, cents(dec(in)).StringFixed(2), want)
	}
}

func TestAmount(t *testing.T) {
	for in, want := range map[string]bool{
		"12.5": true, "-3": true, "NaN": false, "Infinity": false, "-Infinity": false, "1e3": false, "": false,
		"1000000000": false, "-1000000000": false, "999999999.99": true, "999999999.994": true, "999999999.995": false,
		" 1": false,
	} {
		if _, ok := amount(some(in)); ok != want {
			t.Errorf("amount of %q is taken: %v, want %v", in, ok, want)
		}
	}
	if d, ok := amount(Text{}); !ok || !d.IsZero() {
		t.Error("NULL is not 0")
	}
}

func TestFloor4(t *testing.T) {
	for in, want := range map[string]string{
		"3.50009": "3.5", "-0.00001": "-0.0001", "7": "7", "0.99999": "0.9999", "-2": "-2",
		"12345678.12345": "12345678.1234",
	} {
		equal(t, "floor of "+in, floor4(dec(in)).String(), want)
	}
}

func TestRoundHalfUp(t *testing.T) {
	for in, want := range map[string]int64{
		"20.46": 20, "20.96": 21, "20.5": 21, "0.5": 1, "0.499999": 0, "-0.5": 0, "-0.51": -1, "-1.5": -1, "1.5": 2,
		"3": 3,
	} {
		r, _ := new(big.Rat).SetString(in)
		equal(t, "rounding "+in, roundHalfUp(r), want)
	}
}

func TestFlag(t *testing.T) {
	for in, want := range map[string]bool{"0": false, "1": true, "2": true, "-1": true} {
		equal(t, "flag "+in, flag(some(in), false), want)
	}
	equal(t, "NULL with default 1", flag(Text{}, true), true)
	equal(t, "NULL with default 0", flag(Text{}, false), false)
}
