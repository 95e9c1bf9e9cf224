package biotrack

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// renderRooms writes amounts in the grammar, without the zero before the point that the input may have spared.
func renderRooms(amounts []RoomAmount) string {
	var parts []string
	for _, a := range amounts {
		text := a.Amount.Decimal().String()
		if sign, digits, found := strings.Cut(text, "0."); found && (sign == "" || sign == "-") {
			text = sign + "." + digits
		}
		parts = append(parts, fmt.Sprintf("%d,%s", a.Room, text))
	}
	return strings.Join(parts, ":")
}

func TestParseRoomData(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "",
		" \n":                   "",
		"0,12:3,5":              "0,12:3,5",
		" 0 , 12 : 3 , 5.25 ":   "0,12:3,5.25",
		"0,-2.5":                "0,-2.5",
		"0,.5":                  "0,.5",
		"0,5.":                  "0,5",
		"3,5:3,7":               "3,5:3,7",
		"007,1":                 "7,1",
		"9223372036854775807,0": "9223372036854775807,0",
	} {
		amounts, err := ParseRoomData(text)
		if err != nil || renderRooms(amounts) != want {
			t.Errorf("ParseRoomData(%q) = %s, %v, want %s", text, renderRooms(amounts), err, want)
		}
	}
}

func TestParseRoomDataRefuses(t *testing.T) {
	for _, text := range []string{
		"12", "0", "0,", ",5", ",", ":", "0,5:", ":0,5", "0,5::3,5", "-1,5", "+1,5", "1.5,5", "x,5", "0,x", "0,5,6",
		"0,NaN", "0,1e3",
		"0,1_0", "0,1.2.3", "0,--1", "0,.", "0,-", "9223372036854775808,5", "0;5", "0,5;3,5", "0,.-5", "0,5-",
		"0," + strings.Repeat("1", 41),
	} {
		if amounts, err := ParseRoomData(text); err == nil {
			t.Errorf("ParseRoomData(%q) = %s, want an error", text, renderRooms(amounts))
		}
	}
}

func FuzzParseRoomData(f *testing.F) {
	for _, text := range []string{"", "0,12:3,5", " 0 , 12 ", "0,-2.5", "12", "0,5,6", "x", "0,.5", "0,.-5",
		"18446744073709551615,1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		amounts, err := ParseRoomData(text)
		if err != nil {
			if amounts != nil {
				t.Errorf("ParseRoomData(%q) gives amounts and an error", text)
			}
			return
		}
		for part := range strings.SplitSeq(strings.TrimSpace(text), ":") {
			if _, amount, _ := strings.Cut(part, ","); len(amounts) > 0 &&
				!plainDecimal.MatchString(strings.TrimSpace(amount)) {
				t.Errorf("ParseRoomData(%q) took %q for a number", text, amount)
			}
		}
		again, err := ParseRoomData(renderRooms(amounts))
		equal := func(a, b RoomAmount) bool {
			return a.Room == b.Room && a.Room >= 0 && a.Amount.Decimal().Equal(b.Amount.Decimal())
		}
		if err != nil || !slices.EqualFunc(amounts, again, equal) {
			t.Errorf("ParseRoomData(%q) = %s, which reads back as %s, %v", text, renderRooms(amounts),
				renderRooms(again), err)
		}
	})
}

func TestLotAmounts(t *testing.T) {
	for _, tc := range []struct {
		what string
		lot  Lot
		want string
	}{
		{"roomdata stands", Lot{RoomData: "0,12:3,5", Remaining: "99", CurrentRoom: 7}, "0,12:3,5"},
		{"roomdata stands though it is nothing", Lot{RoomData: "0,0", Remaining: "99", CurrentRoom: 7}, "0,0"},
		{"no roomdata", Lot{Remaining: "3.5", CurrentRoom: 7}, "7,3.5"},
		{"blank roomdata", Lot{RoomData: " ", Remaining: "3.5"}, "0,3.5"},
		{"roomdata that does not parse", Lot{RoomData: "0,12:rest", Remaining: "3.5", CurrentRoom: 2}, "2,3.5"},
		{"nothing at all", Lot{CurrentRoom: 2}, ""},
	} {
		amounts, err := tc.lot.Amounts()
		if err != nil || renderRooms(amounts) != tc.want {
			t.Errorf("%s: %s, %v, want %s", tc.what, renderRooms(amounts), err, tc.want)
		}
	}
	if amounts, err := (Lot{Remaining: "NaN"}).Amounts(); err == nil {
		t.Errorf("a lot of NaN holds %s", renderRooms(amounts))
	}
}
