package biotrack

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// BulkRoom is the room that every shop has and inventoryrooms does not list.
const BulkRoom = 0

// RoomAmount is how much of a lot lies in one room.
type RoomAmount struct {
	Room   int64
	Amount model.Quantity
}

// ParseRoomData reads a lot's roomdata: pairs `room,amount` joined by colons, such as `0,12:3,5`. Blank text is no
// amounts.
func ParseRoomData(text string) ([]RoomAmount, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	var amounts []RoomAmount
	for part := range strings.SplitSeq(text, ":") {
		room, amount, found := strings.Cut(part, ",")
		id, err := strconv.ParseUint(strings.TrimSpace(room), 10, 63)
		if !found || err != nil {
			return nil, fmt.Errorf("roomdata part %q has no room", part)
		}
		quantity, err := model.ParseQuantity(amount)
		if err != nil {
			return nil, fmt.Errorf("roomdata part %q: %w", part, err)
		}
		amounts = append(amounts, RoomAmount{Room: int64(id), Amount: quantity})
	}
	return amounts, nil
}
