package main

import (
	"slices"
	"strings"
)

// lockModes are PostgreSQL's modes of locks on tables, the weakest first.
var lockModes = []string{"AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock",
	"ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"}

// strongest is the strongest of some modes, or an empty text. A mode that is not known counts as stronger than all, so that a
// table never hides it.
func strongest(modes ...string) string {
	best, rank := "", -1
	for _, mode := range modes {
		if mode == "" {
			continue
		}
		r := slices.Index(lockModes, mode)
		if r < 0 {
			r = len(lockModes)
		}
		if r > rank {
			best, rank = mode, r
		}
	}
	return best
}

// shortLock is a mode as the table prints it.
func shortLock(mode string) string {
	if mode == "" {
		return "none seen"
	}
	return strings.TrimSuffix(mode, "Lock")
}
