package lab

import (
	"os"
	"runtime"
	"strings"
)

// Machine describes what figures were measured on.
type Machine struct {
	CPU, Memory, Kernel string
	Cores               int
}

// ThisMachine reads the description of this machine, which runs Linux.
func (t *T) ThisMachine() Machine {
	read := func(file string) string {
		text, err := os.ReadFile(file)
		t.Check(err)
		return string(text)
	}
	return Machine{
		CPU: valueOf(read("/proc/cpuinfo"), "model name"), Memory: valueOf(read("/proc/meminfo"), "MemTotal"),
		Kernel: strings.TrimSpace(read("/proc/sys/kernel/osrelease")), Cores: runtime.NumCPU(),
	}
}

// valueOf finds the first value of a key in lines of "key: value".
func valueOf(text, key string) string {
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
