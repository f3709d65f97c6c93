"""The arguments and options that several commands share."""

from typing import Annotated

from conductor_tui.cli.words import Argument, Offers, Option

BlueprintArgument = Annotated[
    str, Argument(metavar="BLUEPRINT_ID", help="The id of an uploaded blueprint.", offers=Offers.BLUEPRINTS)
]
DeploymentArgument = Annotated[
    str, Argument(metavar="DEPLOYMENT_ID", help="The id of a deployment.", offers=Offers.DEPLOYMENTS)
]
ExecutionArgument = Annotated[
    str,
    Argument(
        metavar="EXECUTION_ID",
        help="The id of an execution; its first characters are enough when no other id begins so.",
        offers=Offers.EXECUTIONS,
    ),
]
WorkflowArgument = Annotated[
    str, Argument(metavar="WORKFLOW_ID", help="The name of a workflow.", offers=Offers.WORKFLOWS)
]
ScheduleArgument = Annotated[
    str, Argument(metavar="SCHEDULE_ID", help="The id of a schedule.", offers=Offers.SCHEDULES)
]
DeploymentOption = Annotated[
    str,
    Option(
        "-d",
        "--deployment-id",
        metavar="DEPLOYMENT_ID",
        help="The deployment that is meant.",
        offers=Offers.DEPLOYMENTS,
    ),
]
DeploymentFilter = Annotated[
    str | None,
    Option(
        "-d",
        "--deployment-id",
        metavar="DEPLOYMENT_ID",
        help="Only those of this deployment.",
        offers=Offers.DEPLOYMENTS,
    ),
]
JsonOption = Annotated[bool, Option("--json", help="Print JSON on stdout.")]
YesOption = Annotated[bool, Option("-y", "--yes", help="Do not ask; go ahead.")]
NoLogsOption = Annotated[
    bool, Option("-l", "--no-logs", help="Leave out the log lines of operations; print events alone.")
]
_VALUES_HELP = (
    "A YAML file, a folder or quoted pattern of them, inline YAML or JSON, or key1=value1;key2=value2. "
    "Can be given several times; a later value wins."
)
InputsOption = Annotated[
    list[str] | None, Option("-i", "--inputs", metavar="INPUTS", help=f"Inputs of the deployment. {_VALUES_HELP}")
]
ParametersOption = Annotated[
    list[str] | None,
    Option("-p", "--parameters", metavar="PARAMETERS", help=f"Parameters of the workflow. {_VALUES_HELP}"),
]
CustomParametersOption = Annotated[
    bool, Option("--allow-custom-parameters", help="Accept parameters that the workflow does not declare.")
]
ForceOption = Annotated[
    bool,
    Option(
        "-f",
        "--force",
        help="Run beside another execution of the deployment, and although others depend on it; not recommended.",
    ),
]
DryRunOption = Annotated[bool, Option("--dry-run", help="Go through the workflow without running any operation.")]
WaitAfterFailOption = Annotated[
    int,
    Option(
        "--wait-after-fail",
        minimum=0,
        metavar="SECONDS",
        help="How long running operations get to end after the first failure.",
    ),
]
TimeoutOption = Annotated[
    int,
    Option(
        "--timeout",
        minimum=1,
        metavar="SECONDS",
        help="How long to wait here; the execution goes on afterwards.",
    ),
]
SizeOption = Annotated[int, Option("-s", "--size", minimum=1, metavar="NUMBER", help="Print at most so many.")]
OffsetOption = Annotated[int, Option("-o", "--offset", minimum=0, metavar="NUMBER", help="Skip so many first.")]
