package sync

// LimitFindings makes a verification name so many rows at most, until the returned function is called.
func LimitFindings(n int) (restore func()) {
	before := maxFindings
	maxFindings = n
	return func() { maxFindings = before }
}

// LimitChanges makes a pass take so many changed rows for too many to read by key, until the returned function is
// called.
func LimitChanges(n int) (restore func()) {
	before := maxChanges
	maxChanges = n
	return func() { maxChanges = before }
}
