"""The arguments and options that several commands share."""

from typing import Annotated

import typer

from conductor_tui.cli.complete import blueprint_ids, deployment_ids, execution_ids, schedule_ids, workflow_ids

BlueprintArgument = Annotated[
    str, typer.Argument(metavar="BLUEPRINT_ID", help="The id of an uploaded blueprint.", autocompletion=blueprint_ids)
]
DeploymentArgument = Annotated[
    str, typer.Argument(metavar="DEPLOYMENT_ID", help="The id of a deployment.", autocompletion=deployment_ids)
]
ExecutionArgument = Annotated[
    str,
    typer.Argument(
        metavar="EXECUTION_ID",
        help="The id of an execution; its first characters are enough when no other id begins so.",
        autocompletion=execution_ids,
    ),
]
WorkflowArgument = Annotated[
    str, typer.Argument(metavar="WORKFLOW_ID", help="The name of a workflow.", autocompletion=workflow_ids)
]
ScheduleArgument = Annotated[
    str, typer.Argument(metavar="SCHEDULE_ID", help="The id of a schedule.", autocompletion=schedule_ids)
]
DeploymentOption = Annotated[
    str,
    typer.Option(
        "-d",
        "--deployment-id",
        metavar="DEPLOYMENT_ID",
        help="The deployment that is meant.",
        autocompletion=deployment_ids,
    ),
]
DeploymentFilter = Annotated[
    str | None,
    typer.Option(
        "-d",
        "--deployment-id",
        metavar="DEPLOYMENT_ID",
        help="Only those of this deployment.",
        autocompletion=deployment_ids,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
YesOption = Annotated[bool, typer.Option("-y", "--yes", help="Do not ask; go ahead.")]
NoLogsOption = Annotated[
    bool, typer.Option("-l", "--no-logs", help="Leave out the log lines of operations; print events alone.")
]
_VALUES_HELP = (
    "A YAML file, a folder or quoted pattern of them, inline YAML or JSON, or key1=value1;key2=value2. "
    "Can be given several times; a later value wins."
)
InputsOption = Annotated[
    list[str] | None, typer.Option("-i", "--inputs", metavar="INPUTS", help=f"Inputs of the deployment. {_VALUES_HELP}")
]
ParametersOption = Annotated[
    list[str] | None,
    typer.Option("-p", "--parameters", metavar="PARAMETERS", help=f"Parameters of the workflow. {_VALUES_HELP}"),
]
CustomParametersOption = Annotated[
    bool, typer.Option("--allow-custom-parameters", help="Accept parameters that the workflow does not declare.")
]
ForceOption = Annotated[
    bool,
    typer.Option("-f", "--force", help="Run beside another execution of the deployment; it is not recommended."),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Go through the workflow without running any operation.")]
WaitAfterFailOption = Annotated[
    int,
    typer.Option(
        "--wait-after-fail",
        min=0,
        metavar="SECONDS",
        help="How long running operations get to end after the first failure.",
    ),
]
TimeoutOption = Annotated[
    int,
    typer.Option(
        "--timeout", min=1, metavar="SECONDS", help="How long to wait here; the execution itself goes on afterwards."
    ),
]
SizeOption = Annotated[int, typer.Option("-s", "--size", min=1, metavar="NUMBER", help="Print at most so many.")]
OffsetOption = Annotated[int, typer.Option("-o", "--offset", min=0, metavar="NUMBER", help="Skip so many first.")]
