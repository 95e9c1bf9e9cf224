package oracle

import "database/sql"

// Text is one value as a database spells it, or NULL.
type Text = sql.NullString

// Source is what a BioTrack database holds, every value as text, nothing cleaned but the character encoding.
type Source struct {
	Customers  []SourceCustomer
	Tickets    []SourceTicket
	Products   []SourceProduct
	Categories []SourceCategory
	Lots       []SourceLot
	Rooms      []SourceRoom
	Levels     []SourceLevel
}

// SourceCustomer is a row of customers.
type SourceCustomer struct {
	CustomerID, FirstName, LastName, Email, Cell, Phone, Location, Deleted Text
	MemberSince, CreateDate                                                Text
}

// SourceTicket is a row of tickets.
type SourceTicket struct {
	TicketSerial, ID, Price, Tax, TotalPrice, RefundTotalPrice, DateTime, Location, CustomerID Text
	Deleted, RefTicketID, PIF, Preorder, TransactionID, OriginalTransactionID                  Text
}

// SourceProduct is a row of products.
type SourceProduct struct {
	ID, Name, ProductCategory, PricePoint, Location, RequiresWeighing, Deleted Text
}

// SourceCategory is a row of productcategories.
type SourceCategory struct {
	ID, Name, PricePoint Text
}

// SourceLot is a row of inventory.
type SourceLot struct {
	ID, ProductID, Location, RemainingWeight, CurrentRoom, RoomData Text
	Deleted, Dispensed, TransferredOut, Seized, IsSample            Text
	Expiration                                                      Text
}

// SourceRoom is a row of inventoryrooms.
type SourceRoom struct {
	ID, Deleted, Quarantine Text
}

// SourceLevel is a row of memberdiscount.
type SourceLevel struct {
	ID, MemberName, Enabled, Deleted Text
}

// field names a source column and where its value goes.
type field struct {
	column string
	value  *Text
}

func (c *SourceCustomer) fields() []field {
	return []field{
		{"customerid", &c.CustomerID}, {"firstname", &c.FirstName}, {"lastname", &c.LastName}, {"email", &c.Email},
		{"cell", &c.Cell}, {"phone", &c.Phone}, {"location", &c.Location}, {"deleted", &c.Deleted},
		{"membersince", &c.MemberSince}, {"createdate", &c.CreateDate},
	}
}

func (t *SourceTicket) fields() []field {
	return []field{
		{"ticketserial", &t.TicketSerial}, {"id", &t.ID}, {"price", &t.Price}, {"tax", &t.Tax},
		{"totalprice", &t.TotalPrice}, {"refundtotalprice", &t.RefundTotalPrice}, {"datetime", &t.DateTime},
		{"location", &t.Location}, {"customerid", &t.CustomerID}, {"deleted", &t.Deleted},
		{"refticketid", &t.RefTicketID}, {"pif", &t.PIF}, {"preorder", &t.Preorder},
		{"transactionid", &t.TransactionID}, {"transactionid_original", &t.OriginalTransactionID},
	}
}

func (p *SourceProduct) fields() []field {
	return []field{
		{"id", &p.ID}, {"name", &p.Name}, {"productcategory", &p.ProductCategory}, {"pricepoint", &p.PricePoint},
		{"location", &p.Location}, {"requiresweighing", &p.RequiresWeighing}, {"deleted", &p.Deleted},
	}
}

func (c *SourceCategory) fields() []field {
	return []field{{"id", &c.ID}, {"name", &c.Name}, {"pricepoint", &c.PricePoint}}
}

func (l *SourceLot) fields() []field {
	return []field{
		{"id", &l.ID}, {"productid", &l.ProductID}, {"location", &l.Location}, {"remainingweight", &l.RemainingWeight},
		{"currentroom", &l.CurrentRoom}, {"roomdata", &l.RoomData}, {"deleted", &l.Deleted},
		{"dispensed", &l.Dispensed}, {"transferredout", &l.TransferredOut}, {"seized", &l.Seized}, {"is_sample",
			&l.IsSample},
		{"expiration", &l.Expiration},
	}
}

func (r *SourceRoom) fields() []field {
	return []field{{"id", &r.ID}, {"deleted", &r.Deleted}, {"quarantine", &r.Quarantine}}
}

func (l *SourceLevel) fields() []field {
	return []field{{"id", &l.ID}, {"membername", &l.MemberName}, {"enabled", &l.Enabled}, {"deleted", &l.Deleted}}
}
