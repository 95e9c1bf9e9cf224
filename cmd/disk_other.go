//go:build !linux && !darwin

package cmd

// freeBytes is not known here.
func freeBytes(string) (free uint64, known bool) { return 0, false }

// canWrite is not known here.
func canWrite(string) error { return nil }
