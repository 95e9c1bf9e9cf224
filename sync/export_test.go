package sync

// LimitChanges makes a pass take so many changed rows for too many to read by key, until the returned function is
// called.
func LimitChanges(n int) (restore func()) {
	before := maxChanges
	maxChanges = n
	return func() { maxChanges = before }
}
