//go:build !crashpoints

package crash

// Here does nothing.
func Here(string) {}
