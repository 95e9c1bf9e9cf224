package sync

// RejectHint says what to mend in BioTrack so that a row which was rejected for a reason can be taken.
func RejectHint(reason string) string {
	switch reason {
	case ReasonNoID:
		return "give the row an id in BioTrack: a customer its customerid, an order its ticket number"
	case ReasonDuplicateID:
		return "give one of the two rows another id in BioTrack: theirs differ by blanks alone"
	case ReasonBadTotal, ReasonBadAmount:
		return "correct the order's amounts in BioTrack: each must be a number below 10^9"
	case ReasonBadTime:
		return "correct the order's datetime in BioTrack: from 2000 on, and no more than a day ahead"
	case ReasonBadPrice:
		return "correct the price point of the product, or of its category, in BioTrack: until then it is off the menu"
	case ReasonBadQuantity:
		return "correct the amounts in the product's lots in BioTrack: until then it is off the menu"
	}
	return "mend the row in BioTrack as its detail tells"
}
