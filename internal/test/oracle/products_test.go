package oracle

import "testing"

func TestPricePoint(t *testing.T) {
	tests := []struct {
		name, own, category string
		level               int64
		want                string // price_breaks; "reject"
	}{
		{"triples", "0,1,12.00:0,3.5,38.00:2,1,10.80", "", 0, "[1 for 12.00, 3.5 for 38.00]"},
		{"another level", "0,1,12.00:0,3.5,38.00:2,1,10.80", "", 2, "[1 for 10.80]"},
		{"in order of quantity", "0,10,90:0,3.50,38:0,1.0,12", "", 0, "[1 for 12.00, 3.5 for 38.00, 10 for 90.00]"},
		{"pair", "3.5,38", "", 0, "[3.5 for 38.00]"},
		{"pair is level 0's", "3.5,38", "", 2, "[]"},
		{"bare number", " 12.005 ", "", 0, "[1 for 12.01]"},
		{"white space around parts", " 0 , 1 , 12 : 0 , 2 , 20 ", "", 0, "[1 for 12.00, 2 for 20.00]"},
		{"category where blank", "  ", "0,1,9", 0, "[1 for 9.00]"},
		{"own lacks the level", "0,1,12", "2,1,9", 2, "[]"},
		{"own before category", "0,1,12", "0,1,9", 0, "[1 for 12.00]"},
		{"category not read where own serves", "0,1,12", "nonsense", 0, "[1 for 12.00]"},
		{"free", "0,1,0", "", 0, "[]"},
		{"free when rounded", "0,1,0.004:0,2,5", "", 0, "[]"},
		{"free at another level", "0,1,5:2,1,0", "", 0, "[1 for 5.00]"},
		{"a unit that shows as 0", "0,0.00001,5", "", 0, "[]"},
		{"nothing", "", "", 0, "[]"},
		{"nonsense", "twelve", "", 0, "reject"},
		{"nonsense of the category", "", "twelve", 0, "reject"},
		{"own nonsense, category fine", "twelve", "0,1,9", 0, "reject"},
		{"empty part", "0,1,12:", "", 0, "reject"},
		{"four fields", "0,1,12,3", "", 0, "reject"},
		{"level with a minus", "-1,1,12", "", 0, "reject"},
		{"same quantity twice", "0,1,12:0,1.00,13", "", 0, "reject"},
		{"same quantity of two levels", "0,1,12:2,1,13", "", 0, "[1 for 12.00]"},
		{"quantity 0", "0,0,12", "", 0, "reject"},
		{"price below 0", "0,1,-12", "", 0, "reject"},
		{"nonsense of another level", "0,1,12:2,-1,3", "", 0, "reject"},
		{"a billion", "0,1,1000000000", "", 0, "reject"},
	}
	for _, test := range tests {
		settings := plain()
		settings.Level = test.level
		got := Expect(&Source{
			Products:   []SourceProduct{{ID: some("5"), ProductCategory: some("3"), PricePoint: some(test.own)}},
			Categories: []SourceCategory{{ID: some("3"), PricePoint: some(test.category)}},
		}, settings)
		product, taken := got.Products[5]
		switch {
		case test.want == "reject":
			equal(t, test.name, got.Rejects[RejectKey{"products", "5"}], "bad_price")
			equal(t, test.name+": taken", taken, false)
		case !taken:
			t.Errorf("%s: rejected", test.name)
		default:
			equal(t, test.name, showBreaks(product.PriceBreaks), test.want)
			equal(t, test.name+": has a price", product.Price.Valid, test.want != "[]")
		}
	}
}

func TestLotQuantity(t *testing.T) {
	rooms := map[int64]bool{0: true, 3: true}
	tests := []struct {
		name, roomData, weight, room, want string
	}{
		{"pairs", "0,12:3,5", "99", "0", "17"},
		{"a room that does not count", "0,12:4,5", "99", "0", "12"},
		{"white space", " 0 , 12.5 : 3 , 5 ", "99", "0", "17.5"},
		{"one room twice", "0,1:0,2", "99", "0", "3"},
		{"none in the rooms", "4,5", "99", "0", "0"},
		{"less than nothing", "0,-2", "99", "0", "-2"},
		{"never more than remains", "0,12:3,5", "9", "0", "9"},
		{"no limit", "0,12", "NULL", "0", "12"},
		{"nothing remains", "0,12", "0", "0", "0"},
		{"nothing remains of a misprint", "0;12", "0", "0", "0"},
		{"less than nothing remains", "0,12", "-3", "0", "-3"},
		{"weight of many decimals", "", "0.0000000000000000000000000000000000000000000000000000001", "0",
			"0.0000000000000000000000000000000000000000000000000000001"},
		{"weight of a float", "", "1.5e+03", "0", "1500"},
		{"exponent in a text", "0,1e3", "2000", "0", "bad"},
		{"blank: the weight", "  ", "7.25", "3", "7.25"},
		{"blank, in another room", "", "7.25", "4", "0"},
		{"room NULL is 0", "", "7.25", "NULL", "7.25"},
		{"no pairs", "12", "7", "0", "bad"},
		{"colon at the end", "0,12:", "7", "0", "bad"},
		{"room below 0", "-1,12", "7", "0", "bad"},
		{"no number", "0,x", "7", "0", "bad"},
		{"no number, in another room", "0,x", "7", "4", "bad"},
		{"weight NULL", "", "NULL", "0", "0"},
		{"weight NaN", "", "NaN", "0", "bad"},
		{"weight NaN, whatever the room has", "0,1", "NaN", "0", "bad"},
		{"weight NaN, not needed", "4,1", "NaN", "0", "0"},
		{"weight NaN elsewhere", "", "NaN", "4", "0"},
	}
	null := func(s string) Text {
		if s == "NULL" {
			return Text{}
		}
		return some(s)
	}
	for _, test := range tests {
		quantity, ok := lotQuantity(SourceLot{RoomData: some(test.roomData), RemainingWeight: null(test.weight),
			CurrentRoom: null(test.room)}, rooms)
		got := quantity.String()
		if !ok {
			got = "bad"
		}
		equal(t, test.name, got, test.want)
	}
}

func TestSellable(t *testing.T) {
	for name, test := range map[string]struct {
		lot  SourceLot
		want bool
	}{
		"plain":            {SourceLot{}, true},
		"deleted":          {SourceLot{Deleted: some("1")}, false},
		"transferred":      {SourceLot{TransferredOut: some("1")}, false},
		"dispensed":        {SourceLot{Dispensed: some("1")}, false},
		"seized":           {SourceLot{Seized: some("1")}, false},
		"sample":           {SourceLot{IsSample: some("1")}, false},
		"expiration 0":     {SourceLot{Expiration: some("0")}, true},
		"expires now":      {SourceLot{Expiration: some("1714564800")}, false},
		"expires after":    {SourceLot{Expiration: some("1714564801")}, true},
		"expired long ago": {SourceLot{Expiration: some("1")}, false},
	} {
		equal(t, name, sellable(test.lot, now), test.want)
	}
}

func TestCountingRooms(t *testing.T) {
	rooms := []SourceRoom{{ID: some("1")}, {ID: some("2"), Quarantine: some("1")}, {ID: some("3"), Deleted: some("1")}}
	equal(t, "none configured: room 0", countingRooms(rooms, nil), map[int64]bool{0: true})
	equal(t, "configured without 0", countingRooms(rooms, []int64{1, 2, 3}), map[int64]bool{1: true})
}

func TestMenu(t *testing.T) {
	tests := []struct {
		name, prices, reserve, deleted, weighing string
		lots                                     []string
		quantity                                 string
		unit                                     string
		want                                     bool
	}{
		{"in stock", "12", "0", "0", "0", []string{"1"}, "1", "each", true},
		{"out of stock", "12", "0", "0", "0", []string{"0.9999"}, "0.9999", "each", false},
		{"less than one unit", "0,3.5,38:0,7,70", "0", "0", "1", []string{"3", "0.4"}, "3.4", "g", false},
		{"one unit of two lots", "0,3.5,38:0,7,70", "0", "0", "1", []string{"3", "0.5"}, "3.5", "g", true},
		{"reserve takes it", "12", "2", "0", "0", []string{"2.5"}, "2.5", "each", false},
		{"reserve leaves one", "12", "2", "0", "0", []string{"3"}, "3", "each", true},
		{"deleted", "12", "0", "1", "0", []string{"5"}, "5", "each", false},
		{"no price, no stock", "", "0", "0", "0", []string{"-5"}, "-5", "each", false},
		{"no price, deleted", "", "0", "1", "0", []string{"5"}, "5", "each", false},
		{"cut to four decimals", "12", "0", "0", "1", []string{"0.99999"}, "0.9999", "g", false},
		{"no lots", "12", "0", "0", "0", nil, "0", "each", false},
		{"oversold", "12", "0", "0", "0", []string{"1", "-3"}, "-2", "each", false},
	}
	for _, test := range tests {
		settings := plain()
		settings.Reserve = dec(test.reserve)
		src := &Source{Products: []SourceProduct{{ID: some("5"), PricePoint: some(test.prices),
			Deleted: some(test.deleted), RequiresWeighing: some(test.weighing)}}}
		for _, much := range test.lots {
			src.Lots = append(src.Lots, SourceLot{ProductID: some("5"), RoomData: some("0," + much)})
		}
		got := Expect(src, settings).Products[5]
		equal(t, test.name, got.OnMenu, test.want)
		equal(t, test.name+": quantity", got.Quantity.String(), test.quantity)
		equal(t, test.name+": unit", got.Unit, test.unit)
	}
}

func TestProductLocations(t *testing.T) {
	src := &Source{
		Products: []SourceProduct{{ID: some("1"), PricePoint: some("5")},
			{ID: some("2"), Location: some("2"), PricePoint: some("x")}},
		Lots: []SourceLot{
			{ProductID: some("1"), RoomData: some("0,1")},
			{ProductID: some("1"), RoomData: some("0,5"), Location: some("2")},
		},
	}
	settings := plain()
	settings.Locations = []int64{1}
	got := Expect(src, settings)
	equal(t, "products", len(got.Products), 1)
	equal(t, "stock of this location alone", got.Products[1].Quantity.String(), "1")
	equal(t, "no rejects of another location", len(got.Rejects), 0)
}

func TestNoPrice(t *testing.T) {
	src := &Source{
		Products: []SourceProduct{{ID: some("1"), PricePoint: some("0,1,0")}, {ID: some("2"),
			PricePoint: some("2,1,9")}},
		Lots: []SourceLot{{ProductID: some("1"), RoomData: some("0,1")}, {ProductID: some("2"),
			RoomData: some("0,1")}},
	}
	settings := plain()
	equal(t, "rejects", Expect(src, settings).Rejects,
		map[RejectKey]string{{"products", "1"}: "no_price", {"products", "2"}: "no_price"})
	settings.AllowFree = true
	got := Expect(src, settings)
	equal(t, "rejects with free", got.Rejects, map[RejectKey]string{{"products", "2"}: "no_price"})
	equal(t, "free is on the menu", got.Products[1].OnMenu, true)
}

func TestBadQuantity(t *testing.T) {
	for _, weight := range []string{"NaN", "10000000000"} {
		src := &Source{
			Products: []SourceProduct{{ID: some("1"), PricePoint: some("5")}},
			Lots:     []SourceLot{{ProductID: some("1"), RemainingWeight: some(weight)}},
		}
		got := Expect(src, plain())
		equal(t, weight, got.Rejects, map[RejectKey]string{{"products", "1"}: "bad_quantity"})
		equal(t, weight+": rows", len(got.Products), 0)
	}
}
