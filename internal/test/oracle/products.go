package oracle

import "github.com/shopspring/decimal"

// expectProducts fills in the products and their rejects.
func expectProducts(src *Source, settings Settings, out *Expected) {
	categories := map[int64]SourceCategory{}
	for _, category := range src.Categories {
		categories[integer(category.ID, -1)] = category
	}
	rooms := countingRooms(src.Rooms, settings.Rooms)
	lots := lotsByProduct(src, settings)
	for _, row := range src.Products {
		if !takenHere(row.Location, settings.Locations) {
			continue
		}
		id := integer(row.ID, 0)
		var category SourceCategory
		if row.ProductCategory.Valid {
			category = categories[integer(row.ProductCategory, -1)]
		}
		product, reason := productRow(row, category, settings)
		if reason == "" {
			reason = setStock(&product, row, lots[id], rooms, settings.Reserve)
		}
		if reason != "" {
			out.Rejects[RejectKey{StreamProducts, showInt(id)}] = reason
			continue
		}
		out.Products[id] = product
	}
}

// productRow is what the store must hold for a product but its stock, or the reason why it cannot be taken.
func productRow(row SourceProduct, category SourceCategory, settings Settings) (product Product, reason string) {
	breaks, ok := choosePrices(row.PricePoint, category.PricePoint, settings.Level)
	if !ok {
		return Product{}, "bad_price"
	}
	product = Product{
		ProductID:   integer(row.ID, 0),
		Name:        clean(row.Name),
		Category:    clean(category.Name),
		MemberLevel: settings.Level,
		Unit:        "each",
	}
	if flag(row.RequiresWeighing, false) {
		product.Unit = "g"
	}
	if priced(breaks, settings.AllowFree) {
		setPrices(&product, breaks)
	}
	return product, ""
}

// setPrices fills in the price columns from a level's breaks, smallest quantity first.
func setPrices(product *Product, breaks []priceBreak) {
	for _, b := range breaks {
		product.PriceBreaks = append(product.PriceBreaks,
			Break{Quantity: b.quantity.String(), Price: cents(b.price).StringFixed(2)})
	}
	if len(breaks) > 0 {
		product.Price = decimal.NewNullDecimal(cents(breaks[0].price))
		product.UnitQuantity = decimal.NewNullDecimal(breaks[0].quantity.Round(4))
	}
}

// setStock fills in the quantity and the menu decision: not deleted, a price, and after the reserve at least one unit.
func setStock(
	product *Product, row SourceProduct, lots []SourceLot, rooms map[int64]bool, reserve decimal.Decimal,
) (reason string) {
	quantity, ok := stockOf(lots, rooms)
	if !ok {
		return "bad_quantity"
	}
	product.Quantity = quantity
	if flag(row.Deleted, false) {
		return ""
	}
	if !product.Price.Valid {
		if quantity.IsPositive() {
			return "no_price"
		}
		return ""
	}
	unit := decimal.RequireFromString(product.PriceBreaks[0].Quantity)
	product.OnMenu = quantity.Sub(reserve).GreaterThanOrEqual(unit)
	return ""
}
