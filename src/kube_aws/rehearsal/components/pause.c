/* Holds a pod's namespaces: sleeps until it is told to end, and takes in orphans meanwhile. */
#include <signal.h>
#include <sys/wait.h>

int main(void) {
  sigset_t signals;
  int signal;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, 0);
  while (sigwait(&signals, &signal) == 0 && signal == SIGCHLD)
    while (waitpid(-1, 0, WNOHANG) > 0)
      ;
  return 0;
}
