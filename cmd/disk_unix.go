//go:build linux || darwin

package cmd

import (
	"io/fs"
	"syscall"
)

// freeBytes returns how much room a folder's disk has for us.
func freeBytes(folder string) (free uint64, known bool) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		return 0, false
	}
	return disk.Bavail * uint64(disk.Bsize), true
}

// canWrite returns why files cannot be made in a folder. It makes none.
func canWrite(folder string) error {
	const writeAndEnter = 0x2 | 0x1
	if err := syscall.Access(folder, writeAndEnter); err != nil {
		return &fs.PathError{Op: "write in", Path: folder, Err: err}
	}
	return nil
}
