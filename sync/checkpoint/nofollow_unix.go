//go:build unix

package checkpoint

import "syscall"

// noFollow refuses to open a symbolic link.
const noFollow = syscall.O_NOFOLLOW

// ownerSuffix is empty: the lock file itself says who holds it.
const ownerSuffix = ""
