// Measures etcd's own client for Go: gets or sets of one key. Prints the figures as JSON.
//
//	go-client <get|set> <concurrency> <calls> <key> <value> <url>
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

type call func(context.Context) error

// callOf is a call of a method. A get is serializable, as one of this package without quorum.
func callOf(client *clientv3.Client, method, key, value string) call {
	if method == "set" {
		return func(ctx context.Context) error {
			_, err := client.Put(ctx, key, value)
			return err
		}
	}
	return func(ctx context.Context) error {
		_, err := client.Get(ctx, key, clientv3.WithSerializable())
		return err
	}
}

// closedLoop makes calls, so many at a time, and returns the latency of each in µs.
func closedLoop(call call, total, concurrency int) ([]float64, error) {
	latencies := make([]float64, total)
	var started atomic.Int64
	var group sync.WaitGroup
	failures := make(chan error, concurrency)
	for range concurrency {
		group.Go(func() {
			for {
				at := int(started.Add(1)) - 1
				if at >= total {
					return
				}
				begun := time.Now()
				if err := call(context.Background()); err != nil {
					failures <- err
					return
				}
				latencies[at] = float64(time.Since(begun).Nanoseconds()) / 1000
			}
		})
	}
	group.Wait()
	close(failures)
	return latencies, <-failures
}

// cpu is the CPU time of the process in µs.
func cpu() float64 {
	var usage syscall.Rusage
	// It cannot fail for the process itself.
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1000
}

// residentMemory is in MB.
func residentMemory() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, _ := strconv.Atoi(strings.Fields(string(text))[1])
	return float64(pages*os.Getpagesize()) / (1 << 20)
}

func percentile(sorted []float64, share float64) float64 {
	return sorted[int(math.Ceil(share*float64(len(sorted))))-1]
}

func measure(call call, calls, concurrency int) (map[string]float64, error) {
	if _, err := closedLoop(call, calls/4, concurrency); err != nil {
		return nil, err
	}
	before, begun := cpu(), time.Now()
	latencies, err := closedLoop(call, calls, concurrency)
	if err != nil {
		return nil, err
	}
	seconds, used := time.Since(begun).Seconds(), cpu()-before
	slices.Sort(latencies)
	return map[string]float64{
		"callsPerSecond": float64(calls) / seconds,
		"processUs":      used / float64(calls),
		"p50Us":          percentile(latencies, 0.5),
		"p99Us":          percentile(latencies, 0.99),
		"rssMb":          residentMemory(),
	}, nil
}

func run(args []string) error {
	method, key, value, url := args[0], args[3], args[4], args[5]
	concurrency, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	calls, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{url}})
	if err != nil {
		return err
	}
	defer client.Close()
	figures, err := measure(callOf(client, method, key, value), calls, concurrency)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(figures)
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
