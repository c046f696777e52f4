// What any webhook costs: reads an ImageReview over TLS and sends it back, allowed.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
)

type review struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   map[string]any `json:"metadata"`
	Spec       struct {
		Containers []struct {
			Image string `json:"image"`
		} `json:"containers"`
		Annotations map[string]string `json:"annotations,omitempty"`
		Namespace   string            `json:"namespace"`
	} `json:"spec"`
	Status struct {
		Allowed bool   `json:"allowed"`
		Reason  string `json:"reason,omitempty"`
	} `json:"status"`
}

func main() {
	http.HandleFunc("/image-policy", func(w http.ResponseWriter, r *http.Request) {
		var it review
		if err := json.NewDecoder(r.Body).Decode(&it); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		it.Status.Allowed = true
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(it)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(os.Stderr, "listening on https://%s\n", listener.Addr())
	panic(http.ServeTLS(listener, nil, os.Args[1], os.Args[2]))
}
