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
		manyDecimals:            manyDecimals,
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
		"0,5:2,45:", "0,1E3", "0,+5", "0,1 2", "0,0x5",
	} {
		if amounts, err := ParseRoomData(text); err == nil {
			t.Errorf("ParseRoomData(%q) = %s, want an error", text, renderRooms(amounts))
		}
	}
}

func FuzzParseRoomData(f *testing.F) {
	for _, text := range []string{"", "0,12:3,5", " 0 , 12 ", "0,-2.5", "12", "0,5,6", "x", "0,.5", "0,.-5",
		"18446744073709551615,1", "0,5:2,45:", "0;12", "0,1e3", manyDecimals} {
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

// manyDecimals is an amount as a numeric column has it after a division.
var manyDecimals = "0,1." + strings.Repeat("3", 55)

// TestLotIn: a lot sells what lies in the rooms, never more than remains of it, and nothing that has to be guessed.
func TestLotIn(t *testing.T) {
	for _, tc := range []struct {
		what string
		lot  Lot
		// want is empty for an error.
		want string
	}{
		{"roomdata counts", Lot{RoomData: "0,12:3,5", Remaining: "99", CurrentRoom: 7}, "12"},
		{"its rooms are added", Lot{RoomData: "0,12:2,5:0,1", Remaining: "99"}, "18"},
		{"roomdata of nothing", Lot{RoomData: "0,0", Remaining: "99"}, "0"},
		{"another room", Lot{RoomData: "3,5", Remaining: "99"}, "0"},
		{"never more than remains", Lot{RoomData: "0,12:2,5", Remaining: "16.5"}, "16.5"},
		{"nothing remains", Lot{RoomData: "0,12", Remaining: "0"}, "0"},
		{"less than nothing remains", Lot{RoomData: "0,12", Remaining: "-1"}, "-1"},
		{"no limit", Lot{RoomData: "0,12"}, "12"},
		{"no roomdata", Lot{Remaining: "3.5", CurrentRoom: 2}, "3.5"},
		{"no roomdata, another room", Lot{Remaining: "3.5", CurrentRoom: 3}, "0"},
		{"nothing at all", Lot{CurrentRoom: 2}, "0"},
		{"many decimals", Lot{Remaining: manyDecimals[2:]}, manyDecimals[2:]},
		{"a small float", Lot{Remaining: "1e-07"}, "0.0000001"},
		{"a large float", Lot{Remaining: "1.5e+03"}, "1500"},
		{"more than a machine word", Lot{RoomData: "0,3", Remaining: "1e+300"}, "3"},
		{"NaN", Lot{Remaining: "NaN"}, ""},
		{"NaN limits", Lot{RoomData: "0,12", Remaining: "NaN"}, ""},
		{"NaN in another room", Lot{Remaining: "NaN", CurrentRoom: 3}, "0"},
		{"infinity", Lot{Remaining: "Infinity"}, ""},
		{"roomdata that does not parse", Lot{RoomData: "0,12:rest", Remaining: "3.5", CurrentRoom: 2}, ""},
		{"a colon too many", Lot{RoomData: "0,5:2,45:", Remaining: "50"}, ""},
		{"a misprint in another room", Lot{RoomData: "3;12", Remaining: "12", CurrentRoom: 3}, ""},
	} {
		amount, err := tc.lot.In(map[int64]bool{0: true, 2: true})
		if got := amount.Decimal().String(); (err != nil) != (tc.want == "") || err == nil && got != tc.want {
			t.Errorf("%s: %s, %v, want %s", tc.what, got, err, tc.want)
		}
	}
}
