package sync

import (
	"context"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// InspectLevels finds the member levels and how many products have a price at each.
func InspectLevels(ctx context.Context, source *biotrack.Source, locations []int64) (*menu.LevelsFound, error) {
	catalog, err := source.Catalog(ctx, locations)
	if err != nil {
		return nil, err
	}
	return menu.FindLevels(catalog), nil
}

// InspectRooms finds the rooms and how much stock lies in each.
func InspectRooms(ctx context.Context, source *biotrack.Source, locations []int64) (*menu.RoomsFound, error) {
	var count *menu.RoomCount
	err := source.Inventory(ctx, locations, func(catalog *biotrack.Catalog) (biotrack.LotReader, error) {
		count = menu.NewRoomCount(catalog)
		return count.AddLot, nil
	})
	if err != nil {
		return nil, err
	}
	heldBack, err := source.UnsellableLots(ctx, locations)
	if err != nil {
		return nil, err
	}
	return count.Found(heldBack), nil
}

// InspectPrices reads the inventory as a products pass does, and finds what such a pass would do, with up to limit
// samples. A room or a member level that BioTrack does not have is a SetupError, as it is to a pass.
func InspectPrices(
	ctx context.Context, source *biotrack.Source, locations []int64, settings menu.Settings, limit int,
) (*menu.PricesFound, error) {
	var preview *menu.Preview
	err := source.Inventory(ctx, locations, func(catalog *biotrack.Catalog) (_ biotrack.LotReader, err error) {
		preview, err = menu.NewPreview(settings, catalog)
		return preview.AddLot, setupError(err)
	})
	if err != nil {
		return nil, err
	}
	return preview.Found(limit), nil
}
