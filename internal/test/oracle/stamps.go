package oracle

// Stamps compares two readings of one store and lists the rows whose pass and time moved although their content did
// not, or stayed although it did.
func Stamps(before, after *Actual) []Difference {
	var out []Difference
	for id, was := range before.Customers {
		if is, held := after.Customers[id]; held {
			out = append(out, checkStamp(StreamCustomers, id, was.cells(), is.cells(), was.Stamp, is.Stamp)...)
			if was.FirstPassID != is.FirstPassID {
				out = append(out, stampProblem(StreamCustomers, id, "first_pass_id", "unchanged", "changed"))
			}
		}
	}
	for id, was := range before.Orders {
		if is, held := after.Orders[id]; held {
			out = append(out, checkStamp(StreamOrders, id, was.cells(), is.cells(), was.Stamp, is.Stamp)...)
		}
	}
	for id, was := range before.Products {
		if is, held := after.Products[id]; held {
			out = append(out, checkStamp(StreamProducts, showInt(id), was.cells(), is.cells(), was.Stamp, is.Stamp)...)
		}
	}
	sortDifferences(out)
	return out
}

func checkStamp(stream, key string, wasCells, isCells []cell, was, is Stamp) []Difference {
	same := len(diffCells(stream, key, wasCells, isCells)) == 0
	passMoved, timeMoved := was.PassID != is.PassID, !was.UpdatedAt.Equal(is.UpdatedAt)
	var out []Difference
	switch {
	case same && passMoved:
		out = append(out, stampProblem(stream, key, "pass_id", "unchanged", "changed"))
	case same && timeMoved:
		out = append(out, stampProblem(stream, key, "updated_at", "unchanged", "changed"))
	case !same && !passMoved:
		out = append(out, stampProblem(stream, key, "pass_id", "changed", "unchanged"))
	case !same && is.UpdatedAt.Before(was.UpdatedAt):
		out = append(out, stampProblem(stream, key, "updated_at", "later", "earlier"))
	}
	return out
}

func stampProblem(stream, key, field, want, got string) Difference {
	return Difference{stream, key, ProblemStamp, field, want, got}
}
