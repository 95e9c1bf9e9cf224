//go:build !unix

package checkpoint

// noFollow does nothing here: it takes an administrator to make a symbolic link.
const noFollow = 0

// ownerSuffix makes the name of a file beside the lock file: Windows lets no one read what another process has locked.
const ownerSuffix = ".owner"
