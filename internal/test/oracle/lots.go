package oracle

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// tooMuch is the first quantity that numeric(14,4) cannot hold.
var tooMuch = decimal.NewFromInt(10_000_000_000)

// roomAmount is what a lot has in one room.
type roomAmount struct {
	room   int64
	amount decimal.Decimal
}

// parseRoomData reads `room,amount` pairs joined by a colon, none from a blank text. False where it is anything else.
func parseRoomData(t Text) ([]roomAmount, bool) {
	if !clean(t).Valid {
		return nil, true
	}
	var out []roomAmount
	for _, pair := range strings.Split(t.String, ":") {
		fields := strings.Split(pair, ",")
		if len(fields) != 2 {
			return nil, false
		}
		room, roomOK := whole(strings.TrimSpace(fields[0]))
		much, muchOK := number(strings.TrimSpace(fields[1]))
		if !roomOK || !muchOK {
			return nil, false
		}
		out = append(out, roomAmount{room, much})
	}
	return out, true
}

// sellable reports whether a lot may be sold at all.
func sellable(lot SourceLot, now time.Time) bool {
	if flag(lot.Deleted, false) || flag(lot.TransferredOut, false) || flag(lot.Seized, false) ||
		flag(lot.IsSample, false) || flag(lot.Dispensed, false) {
		return false
	}
	expiration := seconds(integer(lot.Expiration, 0))
	return expiration == 0 || expiration > now.Unix()
}

// countingRooms are the configured rooms (none: room 0) without those in quarantine or deleted.
func countingRooms(rooms []SourceRoom, configured []int64) map[int64]bool {
	out := map[int64]bool{}
	if len(configured) == 0 {
		out[0] = true
	}
	for _, id := range configured {
		out[id] = true
	}
	for _, room := range rooms {
		if flag(room.Quarantine, false) || flag(room.Deleted, false) {
			delete(out, integer(room.ID, -1))
		}
	}
	return out
}

// lotQuantity is what a lot has in the rooms that count, and never more than remains of it. False where that cannot be
// known. A lot of which nothing remains has nothing, whatever else its row says.
func lotQuantity(lot SourceLot, rooms map[int64]bool) (decimal.Decimal, bool) {
	remaining, remains := decimal.Zero, lot.RemainingWeight.Valid
	readable := true
	if remains {
		remaining, readable = columnNumber(lot.RemainingWeight.String)
		if readable && remaining.IsZero() {
			return decimal.Zero, true
		}
	}
	pairs, ok := parseRoomData(lot.RoomData)
	if !ok {
		return decimal.Zero, false
	}
	if len(pairs) == 0 {
		pairs = []roomAmount{{integer(lot.CurrentRoom, 0), remaining}}
	}
	sum, counts := decimal.Zero, false
	for _, pair := range pairs {
		if rooms[pair.room] {
			sum, counts = sum.Add(pair.amount), true
		}
	}
	switch {
	case !counts || !remains:
		return sum, true
	case !readable:
		return decimal.Zero, false
	}
	return decimal.Min(sum, remaining), true
}

// lotsByProduct groups the lots that may be sold.
func lotsByProduct(src *Source, settings Settings) map[int64][]SourceLot {
	out := map[int64][]SourceLot{}
	for _, lot := range src.Lots {
		if takenHere(lot.Location, settings.Locations) && sellable(lot, settings.Now) {
			product := integer(lot.ProductID, -1)
			out[product] = append(out[product], lot)
		}
	}
	return out
}

// stockOf adds up lots. False where the sum is no number that the store can hold.
func stockOf(lots []SourceLot, rooms map[int64]bool) (decimal.Decimal, bool) {
	sum := decimal.Zero
	for _, lot := range lots {
		quantity, ok := lotQuantity(lot, rooms)
		if !ok {
			return decimal.Zero, false
		}
		sum = sum.Add(quantity)
	}
	sum = floor4(sum)
	return sum, sum.Abs().LessThan(tooMuch)
}
