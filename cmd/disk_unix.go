//go:build linux || darwin

package cmd

import "syscall"

// freeBytes returns how much room a folder's disk has for us.
func freeBytes(folder string) (free uint64, known bool) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		return 0, false
	}
	return disk.Bavail * uint64(disk.Bsize), true
}
