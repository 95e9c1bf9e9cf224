//go:build !unix

package checkpoint

// noFollow does nothing here: it takes an administrator to make a symbolic link.
const noFollow = 0
